import { readFile } from 'node:fs/promises';

/**
 * How often the kernel has ended a process of this machine to free memory, by `oom_kill` in
 * /proc/vmstat (Linux 4.13); 0 where it does not say. SIGKILL alone may come from anybody.
 */
export async function outOfMemoryKills(): Promise<number> {
  const text = await readFile('/proc/vmstat', 'utf8').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
