// The second thread of a process that runs models. A model that never returns blocks the first one permanently,
// so this one ends the process when the parent is gone, and reports to the controller what the first is doing.
// Plain JavaScript, because a thread has no TypeScript loader when the program runs from its sources.
import { openSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const LOOK_EVERY_MS = 100;
/** Gives the first thread time to write what it has answered. */
const LAST_MOMENT_MS = 3000;
/** As in register.ts. */
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
