import type { Job } from '../core/job.ts';
import type { Log } from '../core/log.ts';
import type { Bus, Jobs, Lane } from '../core/ports/jobs.ts';
import type { World } from '../core/world.ts';
import { createBus } from './bus.ts';
import { connect, ready } from './connection.ts';
import { createJobs } from './jobs.ts';
import { type RunningWorker, startWorker } from './workers.ts';

export interface Queue {
  jobs: Jobs;
  bus: Bus;
  /** Starts taking jobs up. */
  work(lane: Lane, jobs: readonly Job[], world: World, concurrency?: number): RunningWorker;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Throws Unreachable where Redis does not answer within five seconds. */
export async function openQueue({
  url,
  prefix = 'wheelhouse',
  log,
}: {
  url: string;
  prefix?: string;
  log: Log;
}): Promise<Queue> {
  const brisk = connect(url, 'brisk', log);
  const listening = connect(url, 'patient', log);
  const patient = connect(url, 'patient', log);
  const hangUp = () => {
    for (const redis of [brisk, listening, patient]) redis.disconnect();
  };
  await Promise.all([ready(brisk), ready(patient)]).catch((error: unknown) => {
    hangUp(); // or they would go on trying behind the back of whoever was refused
    throw error;
  });
  const jobs = createJobs(brisk, prefix, log);
  const bus = createBus(brisk, listening, prefix);
  return {
    jobs,
    bus,
    work: (lane, known, world, concurrency) =>
      startWorker({
        redis: patient,
        prefix,
        lane,
        jobs: known,
        world,
        bus,
        log,
        ...(concurrency && { concurrency }),
      }),
    async ping() {
      await brisk.ping();
    },
    async close() {
      await jobs.close();
      hangUp();
    },
  };
}
