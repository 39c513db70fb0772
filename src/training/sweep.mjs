// Ends what a program left behind, wherever it fled to. Plain like the leash, which uses it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Whoever forks faster than this is stopped by the next pass; but nobody waits for ever. */
const PATIENCE_MS = 5000;

/**
 * Kills every process that carries the mark in the environment that it was started with, double forks
 * and sessions of their own among them; and where the program had a user of its own, every process of
 * that user, whatever became of its environment. Only Linux tells of either; elsewhere it does nothing.
 */
export async function sweep(mark, { uid, own } = {}) {
  const late = Date.now() + PATIENCE_MS;
  for (let pause = 1; Date.now() < late; pause = Math.min(pause * 2, 200)) {
    const left = processes().filter((pid) => (own && userOf(pid) === uid) || carries(pid, mark));
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    // In one go, which no fork outruns: the shell says it as that user, whom it is alone to be.
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

/** @returns undefined for the dead who wait for their parent, too */
function userOf(pid) {
  const status = read(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '');
  if (/^State:\s+[ZX]/m.test(status)) return undefined;
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

function kill(pid) {
  read(() => process.kill(pid, 'SIGKILL'), false);
}

/** A process may end while it is looked at, or be none of ours. */
function read(look, otherwise) {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
