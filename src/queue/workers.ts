import {
  DelayedError,
  type Job as QueuedJob,
  UnrecoverableError,
  WaitingError,
  Worker,
} from 'bullmq';
import type { Redis } from 'ioredis';
import { observed } from '../core/activity.ts';
import { HandedOver } from '../core/engine.ts';
import { inWords, WaitedTooLong, WheelhouseError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { Log } from '../core/log.ts';
import type { Bus, Lane } from '../core/ports/jobs.ts';
import type { OpenJob } from '../core/ports/seals.ts';
import type { World } from '../core/world.ts';
import { limited } from './connection.ts';
import { queueOf } from './jobs.ts';
import { CONCURRENCY, lockOf } from './lane-settings.ts';
import { createUnsealing } from './sealed.ts';

/** A process of a newer release may have queued a job that this one does not know: it is left to that one. */
const UNKNOWN = { againMs: 2000, patienceMs: 600_000 };
/** The registry has the outcome of completed jobs; failed ones are kept for a while for inspection. */
const KEPT = { removeOnComplete: { count: 0 }, removeOnFail: { age: 7 * 86_400, count: 1000 } };
/** Checks without a result and delivered messages would hide what matters in the log. */
const QUICK_MS = 50;
/** For jobs that were told to stop. Those that ignore it end with the process. */
const LAST_MOMENT_MS = 2000;
const UNHEEDED = new AbortController().signal;

export interface WorkerSettings {
  redis: Redis;
  prefix: string;
  lane: Lane;
  jobs: readonly Job[];
  world: World;
  bus: Bus;
  log: Log;
  open: OpenJob | undefined;
  concurrency?: number;
  part?: string;
}

export interface RunningWorker {
  /** Lets running jobs finish within the time, then stops them and returns them to other workers. */
  close(deadlineMs: number): Promise<void>;
}

interface UnderWay {
  key: string | undefined;
  controller: AbortController;
  /**
   * Only `cancel` concerns the job; the other reasons concern this worker, and the job starts again elsewhere.
   */
  stopped?: 'cancelled' | 'closing' | 'lost';
}

/** Processes the jobs of one lane. */
export function startWorker({
  redis,
  prefix,
  lane,
  jobs,
  world,
  bus,
  log,
  open,
  concurrency,
  part,
}: WorkerSettings): RunningWorker {
  const byName = new Map(jobs.filter((job) => job.lane === lane).map((job) => [job.name, job]));
  const underWay = new Map<string, UnderWay>();
  const unsealed = createUnsealing({ open, log });

  function stop(one: UnderWay, why: NonNullable<UnderWay['stopped']>, words: string): void {
    one.stopped ??= why;
    one.controller.abort(why === 'cancelled' ? new Error(words) : new HandedOver(words));
  }

  // Two parameters: for a third one BullMQ creates its own signal for every job.
  async function process(queued: QueuedJob, token?: string): Promise<void> {
    const job = byName.get(queued.name);
    if (!job) return leaveToNewer(queued, token);
    const one: UnderWay = { key: undefined, controller: new AbortController() };
    await observed('job', aboutOf(queued, lane), () => perform(job, queued, one, token), {
      failed: (error) =>
        one.stopped ?? (error instanceof UnrecoverableError ? 'gave_up' : 'failed'),
    });
  }

  async function leaveToNewer(queued: QueuedJob, token: string | undefined): Promise<void> {
    const { name, id, timestamp } = queued;
    if (Date.now() - timestamp > UNKNOWN.patienceMs)
      throw new UnrecoverableError(`no job is called "${name}"`);
    log.warn({ job: name, id }, 'a job of another release is left to its workers');
    await queued.moveToDelayed(Date.now() + UNKNOWN.againMs, token);
    throw new DelayedError();
  }

  async function perform(
    job: Job,
    queued: QueuedJob,
    one: UnderWay,
    token: string | undefined,
  ): Promise<void> {
    const id = queued.id ?? queued.name;
    underWay.set(id, one);
    const started = performance.now();
    let payload: unknown = queued.data;
    try {
      payload = await unsealed(job, queued.data);
      one.key = job.cancelKey(payload);
      await job.perform(payload, world, job.heedsSignal ? one.controller.signal : UNHEEDED);
      const ms = Math.round(performance.now() - started);
      if (ms >= QUICK_MS) log.info({ job: job.name, id, ms }, 'job done');
    } catch (error) {
      if (one.stopped === 'lost') throw error; // another worker has it; our result is ignored
      if (one.stopped === 'closing') throw await handedBack(queued, token, error);
      if (error instanceof WaitedTooLong) payload = error.payload;
      throw await afterFailure(job, queued, payload, error, one.stopped === 'cancelled');
    } finally {
      underWay.delete(id);
    }
  }

  /** Back to the front of the queue, without counting an attempt. */
  async function handedBack(
    queued: QueuedJob,
    token: string | undefined,
    error: unknown,
  ): Promise<unknown> {
    try {
      await queued.moveToWait(token);
      log.info({ job: queued.name, id: queued.id }, 'job handed back');
      return new WaitingError();
    } catch {
      return error; // its lock expires, and then another worker takes it
    }
  }

  async function afterFailure(
    job: Job,
    queued: QueuedJob,
    payload: unknown,
    error: unknown,
    cancelled: boolean,
  ): Promise<unknown> {
    const hopeless = cancelled || (error instanceof WheelhouseError && error.blame === 'user');
    const { attempts: most = 1 } = queued.opts;
    const enough = Math.min(most, job.attemptsAfter?.(error) ?? most);
    const last = queued.attemptsMade + 1 >= enough;
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
    if (hopeless || last) await job.giveUp(payload, error, world);
    return hopeless || (last && enough < most) ? new UnrecoverableError(inWords(error)) : error;
  }

  const worker = new Worker(queueOf(lane, part), process, {
    connection: redis,
    prefix,
    concurrency: concurrency ?? CONCURRENCY[lane],
    ...lockOf(lane),
    ...KEPT,
  });
  worker.on('error', limited(log, `worker ${lane}`));
  worker.on('lockRenewalFailed', (ids: string[]) => {
    for (const id of ids) {
      const one = underWay.get(id);
      if (one) stop(one, 'lost', 'the lock of the job was lost');
    }
  });
  // A job that BullMQ itself gave up never reached `process`.
  worker.on('failed', (queued, error) => {
    if (!queued || underWay.has(queued.id ?? '') || !/stalled/.test(error.message)) return;
    const job = byName.get(queued.name);
    if (!job) return;
    unsealed(job, queued.data)
      .then((payload) => job.giveUp(payload, error, world))
      .catch((err: unknown) => log.error({ err }, 'giving up a job broke'));
  });
  const deaf = bus.subscribe('cancel', (key) => {
    for (const one of underWay.values()) if (one.key === key) stop(one, 'cancelled', 'cancelled');
  });

  return {
    async close(deadlineMs) {
      const late = setTimeout(() => {
        for (const one of underWay.values()) stop(one, 'closing', 'the worker is shutting down');
      }, deadlineMs);
      let last: NodeJS.Timeout | undefined;
      const stubborn = new Promise<void>((resolve) => {
        last = setTimeout(() => {
          log.warn({ lane, jobs: [...underWay.keys()] }, 'jobs do not stop');
          resolve();
        }, deadlineMs + LAST_MOMENT_MS);
      });
      await Promise.race([worker.close(), stubborn]);
      clearTimeout(late);
      clearTimeout(last);
      deaf();
    },
  };
}

function aboutOf(queued: QueuedJob, lane: Lane) {
  const { name, id = name, timestamp, processedOn = timestamp, attemptsMade, delay = 0 } = queued;
  const parent = queued.opts.telemetry?.metadata;
  const waitedMs = attemptsMade === 0 ? Math.max(0, processedOn - timestamp - delay) : undefined;
  return { name, lane, id, waitedMs, parent };
}
