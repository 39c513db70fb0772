// The second thread of a process that runs models. A model that never returns stops the first one for good, so
// this one ends the process when the parent is gone, and tells a controller what the first is at.
// Plain JavaScript: where the program runs from its sources, a thread has no TypeScript loader.
import { openSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const LOOK_EVERY_MS = 100;
/** For the first thread to write down what it has answered. */
const LAST_MOMENT_MS = 3000;
/** As register.ts has it. */
const WATCHED_AT = 16;

const { shared, register, parent } = workerData;
const doing = shared && new Int32Array(shared);
const file = register && openSync(register, 'r+');
const data = Buffer.alloc(16);

setInterval(() => {
  if (doing) {
    for (let at = 0; at < 4; at += 1) data.writeInt32LE(Atomics.load(doing, at), 4 * at);
    writeSync(file, data, 0, data.length, WATCHED_AT);
  }
  if (process.ppid !== parent)
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_MOMENT_MS);
}, LOOK_EVERY_MS);
