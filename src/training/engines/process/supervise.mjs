// Supervises one training program, and outlives the worker that started it: another worker adopts the program by the
// files in its folder. Started as plain Node: it must not need a build or a package. Argument: the folder, with
// `order.json`. It writes `started.json` (who it is; only one supervisor of a folder gets that far), what the program
// prints to `out` and `err`, up to a limit, and `exit.json` once nothing of the program is left. It stops the program when its time is over, when the file `cancel` appears, and when nobody has
// touched `watched` for a while, so that a program without any worker does not run for ever.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setSessionPriority } from '../../../core/session-priority.mjs';
import { limitOutput } from '../../output-limit.mjs';
import { sweep } from '../../sweep.mjs';
import { bootId, cpuSecondsOfChildren, namespaceId, startOf } from './identity.mjs';

const GRACE_MS = 5000;
const TICK_MS = 500;
/** A process that fled may hold an output open for ever. */
const LAST_WORDS_MS = 2000;

const at = (name) => join(process.argv[2], name);
const order = JSON.parse(fs.readFileSync(at('order.json'), 'utf8'));
const { uid, gid, own } = order.user ?? {};
const started = performance.now();

if (!claim()) process.exit();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, () => end(isThere('cancel') ? 'cancelled' : 'stopped'));

let reason;
let child;
let heard;
let over = false;
let seen = stampOf('watched');
let unseen = 0;
const clock = setInterval(tick, TICK_MS);
tick();
if (reason === undefined) start();
else finish(0);

/** Whether this one is the supervisor of the folder: the first to write the file, as a whole, is. */
function claim() {
  const mine = at(`claim-${process.pid}`);
  const { pid } = process;
  const me = { pid, startedAt: startOf(pid), boot: bootId(), namespace: namespaceId() };
  fs.writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    fs.linkSync(mine, at('started.json'));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

function start() {
  const [program, ...words] = order.argv;
  child = spawn(program, words, {
    cwd: order.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: order.env,
    ...(uid !== undefined && { uid, gid }),
  });
  // Callers of a gateway on the same machine do not wait for a training.
  setSessionPriority(child.pid, 'low');
  const limit = limitOutput(order.outputBytes);
  heard = Promise.all([keep(child.stdout, 'out', limit()), keep(child.stderr, 'err', limit())]);
  child.on('error', (error) => {
    fs.appendFileSync(at('err'), `${program} could not be started: ${error.message}\n`);
    finish(127);
  });
  // As a shell does it, so that a killed program can be told from one that failed.
  child.on('exit', (code, signal) =>
    finish(signal ? 128 + constants.signals[signal] : (code ?? 1)),
  );
}

/** Written at once, so that a program faster than the disk waits, and what it printed is there when it ends. */
function keep(stream, name, limited) {
  const file = fs.openSync(at(name), 'a', 0o600);
  stream.on('data', (chunk) => {
    for (const part of limited(chunk)) attempt(() => fs.writeFileSync(file, part));
  });
  return new Promise((resolve) => stream.on('close', resolve).on('error', resolve));
}

function tick() {
  attempt(() => fs.writeFileSync(at('alive'), String(process.pid)));
  const now = stampOf('watched');
  unseen = now === seen ? unseen + TICK_MS : 0;
  seen = now;
  if (isThere('cancel')) end('cancelled');
  else if (performance.now() - started > order.timeoutMs) end('late');
  else if (unseen > order.unattendedMs) end('unattended');
}

function end(why) {
  if (reason !== undefined) return;
  reason = why;
  kill('SIGTERM');
  setTimeout(() => kill('SIGKILL'), GRACE_MS);
}

function kill(signal) {
  // The minus addresses the group: what the program started is stopped with it.
  if (child?.pid) attempt(() => process.kill(-child.pid, signal));
}

async function finish(code) {
  if (over) return;
  over = true;
  // Grandchildren that outlive their parent use the machine.
  kill('SIGKILL');
  await sweep(order.mark, { uid, own });
  await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
  clearInterval(clock);
  const seconds = (performance.now() - started) / 1000;
  const whole = { code, reason, seconds, cpuSeconds: cpuSecondsOfChildren() };
  const file = fs.openSync(at('exit.json.partial'), 'w', 0o600);
  fs.writeSync(file, JSON.stringify(whole));
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync(at('exit.json.partial'), at('exit.json'));
  process.exit();
}

function isThere(name) {
  return fs.existsSync(at(name));
}

function stampOf(name) {
  return attempt(() => fs.statSync(at(name)).mtimeMs);
}

/** A full disk must not end the supervisor, and a group may be gone already. */
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
