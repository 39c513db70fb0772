import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from './run.mjs';
import { say } from './say.mjs';

/**
 * Lets one process at a time change this checkout, e.g. install its packages. The lock is outside the checkout,
 * because an installation empties node_modules.
 */
export async function withLock(what, work) {
  const key = createHash('sha256').update(`${ROOT} ${what}`).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `wheelhouse-${key}.lock`);
  let told = false;
  while (!taken(file)) {
    if (isStale(file)) rmSync(file, { force: true });
    else {
      if (!told) say(`Waiting for another process that is ${what} (${file}) …`);
      told = true;
      await delay(500);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function taken(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A process that was killed leaves its lock behind. */
function isStale(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // Just created and still empty: its owner is alive.
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH' || error.code === 'ENOENT';
  }
}
