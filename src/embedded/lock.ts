import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Owner = { pid: number; started: string };

/**
 * Makes this process the only owner of a folder, by a file `lock` that names it.
 * @returns the release
 * @throws Error in one line when another live process owns the folder
 */
export async function lock(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'lock');
  const own = `${path}.${process.pid}`;
  const text = JSON.stringify({ pid: process.pid, started: (await started(process.pid)) ?? '' });
  await writeFile(own, text);
  try {
    // A link is made whole or not at all, so nobody ever reads half a lock.
    while (!(await linked(own, path))) await clearStale(path, dir);
  } finally {
    await rm(own, { force: true });
  }
  return async () => {
    if ((await readFile(path, 'utf8').catch(() => '')) === text) await rm(path, { force: true });
  };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function clearStale(path: string, dir: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const owner = parse(text);
  if (owner && (await isAlive(owner))) {
    throw new Error(
      `opening the embedded store: ${dir} is in use by process ${owner.pid}; stop it or use another folder`,
    );
  }
  // Two may find the same stale lock: each moves it away, and puts back what was not that one.
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, 'utf8').catch(() => text);
  if (moved !== text) await linked(aside, path);
  await rm(aside, { force: true });
}

function parse(text: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(text);
    return Number.isInteger(pid) && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, started: then }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal is alive all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = await started(pid);
  // Outside Linux a reused pid cannot be told from the owner: better to refuse than to share.
  return now === undefined || then === '' || now === then;
}

/** @returns when a process started, in kernel ticks; '-' for a dead one not yet reaped */
async function started(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in parentheses may hold anything; the state follows it, the start is 19 further.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? '-' : fields?.[19];
}
