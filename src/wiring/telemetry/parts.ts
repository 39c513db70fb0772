import { statfs } from 'node:fs/promises';
import { WheelhouseError } from '../../core/errors.ts';
import type { Part } from '../../core/ports/health.ts';
import type { Queue } from '../../queue/index.ts';
import type { Registry } from '../../registry/index.ts';

/** Below this, writing fails soon: a log line, a segment, an artifact. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024;

/** What every role is built on. A gateway answers without Redis and the registry, with what it has loaded. */
export function commonParts(
  { queue, registry, home }: { queue: Queue; registry: Registry; home: string },
  answersWithout: boolean,
): Part[] {
  const required = !answersWithout;
  return [
    { name: 'redis', required, check: () => queue.ping() },
    { name: 'registry', required, check: () => registry.ping() },
    { name: 'disk', required: false, check: () => enoughSpace(home) },
  ];
}

async function enoughSpace(path: string): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize >= LEAST_FREE_BYTES) return;
  const free = Math.floor((bavail * bsize) / 2 ** 20);
  throw new WheelhouseError('upstream', `The disk of ${path} has ${free} MiB left.`, {
    next: 'Free space on it.',
  });
}
