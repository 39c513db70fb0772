import { type Job as QueuedJob, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { inWords, WheelhouseError } from '../core/errors.ts';
import type { Log } from '../core/hallway/log.ts';
import type { Job, Lane } from '../core/job.ts';
import type { Bus } from '../core/ports/jobs.ts';
import type { World } from '../core/world.ts';
import { limited } from './connection.ts';

/** A job of a dead worker starts again elsewhere within the two together. */
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5000;
const CONCURRENCY: Record<Lane, number> = { kiln: 1, desk: 8, post: 16 };

export interface WorkerSettings {
  redis: Redis;
  prefix: string;
  lane: Lane;
  jobs: readonly Job[];
  world: World;
  bus: Bus;
  log: Log;
  concurrency?: number;
}

export interface RunningWorker {
  /** Lets what is under way finish within the time, then stops it. */
  close(deadlineMs: number): Promise<void>;
}

/** Takes the jobs of one lane up. */
export function startWorker({
  redis,
  prefix,
  lane,
  jobs,
  world,
  bus,
  log,
  concurrency,
}: WorkerSettings): RunningWorker {
  const byName = new Map(jobs.filter((job) => job.lane === lane).map((job) => [job.name, job]));
  const underWay = new Map<string, { key: string | undefined; controller: AbortController }>();

  async function process(queued: QueuedJob, _token?: string, signal?: AbortSignal): Promise<void> {
    const job = byName.get(queued.name);
    if (!job) throw new UnrecoverableError(`no job is called "${queued.name}"`);
    const controller = new AbortController();
    const id = queued.id ?? queued.name;
    underWay.set(id, { key: job.cancelKey(queued.data), controller });
    const signals = signal ? [signal, controller.signal] : [controller.signal];
    const started = performance.now();
    try {
      await job.perform(queued.data, world, AbortSignal.any(signals));
      log.info({ job: job.name, id, ms: Math.round(performance.now() - started) }, 'job done');
    } catch (error) {
      throw await afterFailure(job, queued, error, controller.signal.aborted);
    } finally {
      underWay.delete(id);
    }
  }

  async function afterFailure(
    job: Job,
    queued: QueuedJob,
    error: unknown,
    cancelled: boolean,
  ): Promise<unknown> {
    const hopeless = cancelled || (error instanceof WheelhouseError && error.blame === 'user');
    const last = queued.attemptsMade + 1 >= (queued.opts.attempts ?? 1);
    log.warn(
      {
        job: job.name,
        id: queued.id,
        attempt: queued.attemptsMade + 1,
        last: hopeless || last,
        err: error,
      },
      'job failed',
    );
    if (hopeless || last) await job.giveUp(queued.data, error, world);
    return hopeless ? new UnrecoverableError(inWords(error)) : error;
  }

  const worker = new Worker(lane, process, {
    connection: redis,
    prefix,
    concurrency: concurrency ?? CONCURRENCY[lane],
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    // The registry counts the attempts of a run; a machine that is switched off twice is no fault of the job.
    maxStalledCount: 5,
  });
  worker.on('error', limited(log, `worker ${lane}`));
  worker.on('lockRenewalFailed', (ids: string[]) => {
    for (const id of ids)
      underWay.get(id)?.controller.abort(new Error('the lock of the job was lost'));
  });
  // A job that BullMQ itself gave up never reached `process`.
  worker.on('failed', (queued, error) => {
    if (!queued || underWay.has(queued.id ?? '') || !/stalled/.test(error.message)) return;
    byName
      .get(queued.name)
      ?.giveUp(queued.data, error, world)
      .catch((err: unknown) => log.error({ err }, 'giving up a job broke'));
  });
  const deaf = bus.subscribe('cancel', (key) => {
    for (const job of underWay.values())
      if (job.key === key) job.controller.abort(new Error('cancelled'));
  });

  return {
    async close(deadlineMs) {
      deaf();
      const late = setTimeout(() => {
        for (const { controller } of underWay.values())
          controller.abort(new Error('the worker is shutting down'));
      }, deadlineMs);
      await worker.close();
      clearTimeout(late);
    },
  };
}
