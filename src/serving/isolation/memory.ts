import { readFile } from 'node:fs/promises';

/**
 * How often the kernel has killed a process of this machine to free memory, from `oom_kill` in /proc/vmstat
 * (Linux 4.13); 0 if unknown. SIGKILL alone may come from anyone.
 */
export async function outOfMemoryKills(): Promise<number> {
  const text = await readFile('/proc/vmstat', 'utf8').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
