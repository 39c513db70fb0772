// Holds a program while its worker lives. Node starts this file plainly: it must not need a build or
// a package. Arguments: as whom, the program and its words. The channel to the worker is the leash: when
// it breaks, because the worker was killed, the program's whole process group goes too; and at the end,
// however it comes, whatever else carries the program's mark. Without a program it only does the latter.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { sweep } from './sweep.mjs';

const GRACE_MS = 5000;
/** `{}` for the user of this process, else `{ uid, gid, own }`; `own` where nobody else is that user. */
const [as, program, ...words] = process.argv.slice(2);
const { uid, gid, own } = JSON.parse(as);
const mark = process.env.WHEELHOUSE_MARK ?? randomBytes(16).toString('hex');

if (program === undefined) {
  await sweep(mark, { uid, own });
  process.exit();
}

// Listened for before there is a child: a signal in between would leave it without a leash.
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);

const child = spawn(program, words, {
  detached: true,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, WHEELHOUSE_MARK: mark },
  ...(uid !== undefined && { uid, gid }),
});
let ending = false;

function end() {
  if (ending) return;
  ending = true;
  kill('SIGTERM');
  setTimeout(() => kill('SIGKILL'), GRACE_MS);
}

function kill(signal) {
  try {
    // The minus means the whole group: what the program started ends with it.
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

child.on('error', (error) => {
  process.stderr.write(`${program} could not be started: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', async (code, signal) => {
  // Grandchildren that outlive their parent hold pipes open and burn the machine.
  kill('SIGKILL');
  await sweep(mark, { uid, own });
  // As a shell does it: so the worker can tell a program that was killed from one that failed.
  process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  if (process.connected) process.disconnect();
  setTimeout(() => process.exit(), 100).unref();
});
