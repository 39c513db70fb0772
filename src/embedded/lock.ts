import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes this process the only owner of a folder, with a file `lock` that names it.
 * @returns the release function
 * @throws Error in one line if another live process owns the folder
 */
export async function lock(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'lock');
  const own = `${path}.${process.pid}`;
  await writeFile(own, JSON.stringify({ pid: process.pid, started: await started(process.pid) }));
  try {
    // A link is created atomically, so nobody ever reads half a lock.
    while (!(await linked(own, path))) await clearStale(path, dir);
  } finally {
    await rm(own, { force: true });
  }
  return () => rm(path, { force: true });
}

/** Whether a live process owns the folder. */
export async function isLocked(dir: string): Promise<boolean> {
  return (await ownerOf(await read(join(dir, 'lock')))) !== undefined;
}

/** The live process named in a lock. */
async function ownerOf(text: string): Promise<string | undefined> {
  const { pid, then } = /"pid":(?<pid>\d+),"started":"(?<then>\d*)"/.exec(text)?.groups ?? {};
  return then !== undefined && (await isAlive(Number(pid), then)) ? pid : undefined;
}

async function linked(from: string, to: string): Promise<boolean> {
  const failure = await link(from, to).catch((error) => error);
  if (failure && failure.code !== 'EEXIST') throw failure;
  return !failure;
}

async function clearStale(path: string, dir: string): Promise<void> {
  const text = await read(path);
  const pid = await ownerOf(text);
  if (pid !== undefined)
    throw new Error(`${dir} is in use by process ${pid}; stop it or use another folder`);
  // Two processes may find the same stale lock: each moves it away, and puts it back if it was another one.
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch(() => {});
  if ((await read(aside)) !== text) await linked(aside, path);
  await rm(aside, { force: true });
}

async function isAlive(pid: number, then: string): Promise<boolean> {
  if (then !== '') return (await started(pid)) === then;
  // Outside Linux a reused PID cannot be distinguished from the owner: better to refuse than to share.
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return String(error).includes('EPERM'); // a process of another user is alive all the same
  }
}

/** @returns when a process started, in kernel ticks; '' if unknown or dead */
async function started(pid: number): Promise<string> {
  const stat = await read(`/proc/${pid}/stat`);
  // The name in parentheses may contain anything; the state follows it, the start time is 19 fields further.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

const read = (path: string) => readFile(path, 'utf8').catch(() => '');
