import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The kernel's unit of time, on every machine that Node supports. */
const TICKS_PER_SECOND = 100;
const UTIME = 11;
const STIME = 12;

/** Milliseconds of CPU that a process has used, including all threads, in steps of ten. */
export async function cpuOf(pid: number): Promise<number> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'time=', '-p', String(pid)]);
    return ofClock(stdout.trim());
  }
  return ofStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, counted from after the name, which can contain anything. */
export function ofStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[UTIME]) + Number(fields[STIME])) * 1000) / TICKS_PER_SECOND;
}

/** As `ps` writes it, e.g. `1-02:03:04`, or `3:04.05` on macOS. */
export function ofClock(text: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(text) ?? [];
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}
