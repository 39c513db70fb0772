import { Queue, type Job as QueuedJob } from 'bullmq';
import type { Redis } from 'ioredis';
import { ZodError } from 'zod';
import type { Job } from '../core/job.ts';
import type { Log } from '../core/log.ts';
import type { Jobs } from '../core/ports/jobs.ts';

/** Lanes of earlier releases, and two that had more jobs then. The job itself defines which lane it belongs to now. */
const OLD_LANES = ['kiln', 'desk', 'bell', 'post', 'control', 'monitoring'] as const;
/** Jobs that were renamed. */
const RENAMED = new Map([['hear', 'inbound']]);
const UNFINISHED = ['active', 'wait', 'prioritized', 'delayed'] as const;

interface Moving {
  redis: Redis;
  prefix: string;
  jobs: Jobs;
  known: readonly Job[];
  log: Log;
}

/**
 * Moves jobs that wait in the lanes of an earlier release to the lanes of this one. Each is added to the new
 * lane before it is removed from the old one, so that a crash loses nothing; a job that was added already is
 * the same one there. Attempts start over.
 * @returns how many jobs are left because a worker of the earlier release holds them
 */
export async function moveOldLanes({ redis, prefix, jobs, known, log }: Moving): Promise<number> {
  let left = 0;
  for (const lane of OLD_LANES) {
    if ((await redis.exists(`${prefix}:${lane}:meta`)) === 0) continue;
    const queue = new Queue(lane, { connection: redis, prefix });
    try {
      for (const old of await queue.getJobs([...UNFINISHED], 0, -1, true)) {
        if (known.some((job) => job.name === old.name && job.lane === lane)) continue;
        // If a worker was killed, its lock expires within seconds.
        if ((await redis.exists(`${prefix}:${lane}:${old.id}:lock`)) > 0) left += 1;
        else await move(old);
      }
    } finally {
      await queue.close();
    }
  }
  return left;

  async function move(old: QueuedJob<unknown>): Promise<void> {
    const name = RENAMED.get(old.name) ?? old.name;
    const job = known.find((one) => one.name === name);
    const about = { job: old.name, lane: old.queueName, id: old.id };
    if (!job) return log.warn(about, 'a job of an earlier release is not known and was left');
    if (job.signedForMs !== undefined) {
      await old.remove().catch(() => undefined);
      return log.warn(about, 'a job of an earlier release is not signed, so it was dropped');
    }
    try {
      await job.requeue(old.data, jobs);
    } catch (err) {
      if (!(err instanceof ZodError)) throw err;
      return log.warn({ ...about, err }, 'a job of an earlier release cannot be read and was left');
    }
    // Another process may have moved it too.
    await old.remove().catch(() => undefined);
    log.info({ ...about, to: job.lane }, 'moved a job of an earlier release');
  }
}
