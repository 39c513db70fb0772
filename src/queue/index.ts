import { randomUUID } from 'node:crypto';
import type { Job } from '../core/job.ts';
import type { Log } from '../core/log.ts';
import type { Backlog } from '../core/ports/backlog.ts';
import type { Unacknowledged } from '../core/ports/inbound.ts';
import type { Bus, Jobs, Lane } from '../core/ports/jobs.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { OpenJob, SealJob } from '../core/ports/seals.ts';
import type { World } from '../core/world.ts';
import { createBus } from './bus.ts';
import { connect, ready } from './connection.ts';
import type { LaneDepth } from './depth.ts';
import { createJobs, type Parts } from './jobs.ts';
import { createLeases } from './leases/index.ts';
import { createLeaseStore, type Identity } from './leases/store.ts';
import { moveOldLanes } from './old-lanes.ts';
import { createUnacknowledged } from './unacknowledged.ts';
import { type RunningWorker, startWorker } from './workers.ts';

export interface Queue {
  /** Of a process that hears nobody: it cannot queue what carries a person's authority. */
  jobs: Jobs;
  /** Of a process that hears people. */
  sealedBy(seal: SealJob): Jobs;
  bus: Bus;
  backlog: Backlog;
  /** Starts processing jobs. */
  work(lane: Lane, jobs: readonly Job[], world: World, how?: WorkOptions): RunningWorker;
  leases: Leases;
  unacknowledged: Unacknowledged;
  /**
   * Moves jobs that an earlier release queued to the lanes of this one, including those that its workers still
   * hold, once they release them.
   */
  adopt(known: readonly Job[]): Promise<void>;
  /** What is in each lane, for whoever watches. */
  depths(): Promise<LaneDepth[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface WorkOptions {
  concurrency?: number;
  /** See `Queueable.part`. */
  part?: string;
}

/** Of all keys in Redis. */
export const PREFIX = 'wheelhouse';
/** Shorter than the lock of a job whose worker was killed. */
const ADOPT_AGAIN_MS = 2000;

/** Throws Unreachable if Redis does not respond within five seconds. */
export async function openQueue({
  url,
  prefix = PREFIX,
  log,
  open,
  parts = {},
  as = { name: `process ${process.pid}`, version: '' },
}: {
  url: string;
  prefix?: string;
  log: Log;
  /** Of lanes: see `Queueable.part`. */
  parts?: Parts;
  /** The process, as others see it. */
  as?: Omit<Identity, 'id'>;
  /** Without it, signed jobs cannot be done. */
  open?: OpenJob;
}): Promise<Queue> {
  const brisk = connect(url, 'brisk', log);
  const listening = connect(url, 'listening', log);
  const patient = connect(url, 'patient', log);
  const hangUp = () => {
    for (const redis of [brisk, listening, patient]) redis.disconnect();
  };
  await Promise.all([ready(brisk), ready(patient)]).catch((error: unknown) => {
    hangUp(); // otherwise they would be retried after the caller was told that they were refused
    throw error;
  });
  const lanes = createJobs(brisk, prefix, log, parts);
  const jobs = lanes.sealedBy(undefined);
  const bus = createBus(brisk, listening, prefix);
  const me = { id: randomUUID(), ...as };
  const leases = createLeases({ store: createLeaseStore(brisk, prefix, me), me, bus, log });
  let adopting: NodeJS.Timeout | undefined;

  async function adopt(known: readonly Job[]): Promise<void> {
    const left = await moveOldLanes({ redis: brisk, prefix, jobs, known, log });
    if (left === 0) return;
    log.info({ left }, 'an earlier release still works on some of its jobs');
    const again = () =>
      adopt(known).catch((err: unknown) => log.warn({ err }, 'moving jobs of an earlier release'));
    adopting = setTimeout(again, ADOPT_AGAIN_MS).unref();
  }

  return {
    jobs,
    sealedBy: lanes.sealedBy,
    bus,
    backlog: lanes.backlog,
    leases,
    unacknowledged: createUnacknowledged(brisk, prefix),
    work: (lane, known, world, how = {}) =>
      startWorker({
        redis: patient,
        prefix,
        lane,
        jobs: known,
        world,
        bus,
        log,
        open,
        ...how,
      }),
    adopt,
    depths: lanes.depths,
    async ping() {
      await brisk.ping();
    },
    async close() {
      clearTimeout(adopting);
      await lanes.close();
      hangUp();
    },
  };
}
