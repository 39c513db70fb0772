// Kills what a program left behind. Plain JavaScript like the leash, which uses it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes that fork faster than this are stopped by the next pass; but the number of passes is limited. */
const PATIENCE_MS = 5000;

/**
 * Kills every process with the mark in its initial environment, including double forks and processes in their
 * own sessions; and if the program had a separate user, every process of that user, whatever its environment.
 * Only possible on Linux; elsewhere it does nothing.
 * @param late the program's supervisor died a while ago, so that its user may have been given to another program:
 *   then only what carries the mark is killed
 */
export async function sweep(mark, { uid, own: wasOwn, late: isLate } = {}) {
  const own =
    wasOwn &&
    !(isLate && processes().some((pid) => userOf(pid) === uid && isMarkedElse(pid, mark)));
  const late = Date.now() + PATIENCE_MS;
  for (let pause = 1; Date.now() < late; pause = Math.min(pause * 2, 200)) {
    const left = processes().filter((pid) => (own && userOf(pid) === uid) || carries(pid, mark));
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    // All at once, so that no fork can escape: the shell sends the signal as that user, which only the program
    // has.
    if (own) spawnSync('/bin/sh', ['-c', 'kill -KILL -1'], { uid, gid: uid, stdio: 'ignore' });
    await delay(pause);
  }
}

function processes() {
  const names = read(() => readdirSync('/proc'), []);
  return names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).map(Number);
}

function carries(pid, mark) {
  return read(() => readFileSync(`/proc/${pid}/environ`), '').includes(mark);
}

/** Whether it was started for another program. */
function isMarkedElse(pid, mark) {
  const environment = read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'), '');
  return environment.includes('WHEELHOUSE_MARK=') && !environment.includes(mark);
}

/** @returns undefined for zombies, too */
function userOf(pid) {
  const status = read(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '');
  if (/^State:\s+[ZX]/m.test(status)) return undefined;
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

function kill(pid) {
  read(() => process.kill(pid, 'SIGKILL'), false);
}

/** A process may exit while it is inspected, or belong to another user. */
function read(look, otherwise) {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
