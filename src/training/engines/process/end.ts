import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sweepUp } from '../../broom.ts';
import { type Handle, isAlive, isHere, readExit, writeOnce } from './files.ts';

/** A supervisor needs five seconds for a program that ignores SIGTERM, and as long for what fled from it. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 25;

/**
 * Ends an execution and everything that it started. Where its supervisor is dead, its place is taken: what carries the
 * mark is killed, and its end is written down.
 */
export async function end(
  dir: string,
  { mark, user, supervisor }: Handle,
  reason: 'cancelled' | 'stopped',
): Promise<void> {
  if (await readExit(dir)) return;
  // The folder may be gone, with everything in it.
  await writeFile(join(dir, 'cancel'), '', { mode: 0o600 }).catch(() => undefined);
  const isLocal = isHere(supervisor);
  if (isLocal && (await isAlive(dir, supervisor, new Date()))) tell(supervisor.pid);
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    // Asked first: it may end between the two questions.
    const lives = await isAlive(dir, supervisor, new Date());
    if (await readExit(dir)) return;
    if (!lives) break;
    await delay(LOOK_MS);
  }
  if (!isLocal) return;
  await sweepUp(mark, user, { late: true });
  // Nothing is written where the folder is gone.
  await writeOnce(join(dir, 'exit.json'), { code: 137, reason, seconds: 0 }).catch(() => undefined);
}

function tell(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended since.
  }
}
