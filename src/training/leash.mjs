// Runs a program while its worker lives. Started as plain Node: it must not need a build or a package.
// Arguments: the user, the program and its arguments. The channel to the worker is the leash: if it breaks,
// because the worker was killed, the program's process group is stopped; and at the end, however it comes,
// everything else with the program's mark. Without a program it only does the latter.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { sweep } from './sweep.mjs';

const GRACE_MS = 5000;
/** `{}` for the user of this process, otherwise `{ uid, gid, own }`; `own` if nobody else is that user. */
const [as, program, ...words] = process.argv.slice(2);
const { uid, gid, own, late } = JSON.parse(as);
const mark = process.env.WHEELHOUSE_MARK ?? randomBytes(16).toString('hex');

if (program === undefined) {
  await sweep(mark, { uid, own, late });
  process.exit();
}

// Registered before there is a child: a signal in between would leave it without a leash.
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);

const child = spawn(program, words, {
  detached: true,
  stdio: ['inherit', 'inherit', 'inherit'],
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
    // The minus addresses the group: what the program started is stopped with it.
    process.kill(-child.pid, signal);
  } catch {
    // It has exited already.
  }
}

child.on('error', (error) => {
  process.stderr.write(`${program} could not be started: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', async (code, signal) => {
  // Grandchildren that outlive their parent hold pipes open and use the machine.
  kill('SIGKILL');
  await sweep(mark, { uid, own });
  // As a shell does it, so that the worker can distinguish a killed program from one that failed.
  process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  if (process.connected) process.disconnect();
  setTimeout(() => process.exit(), 100).unref();
});
