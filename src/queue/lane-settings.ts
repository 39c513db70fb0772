import type { Lane } from '../core/ports/jobs.ts';

/** A delivery mostly waits for its turn in its channel, and must not delay other channels. */
export const CONCURRENCY: Record<Lane, number> = {
  ...{
    training: 1,
    evaluation: 2,
    comparison: 1,
    data: 1,
    delivery: 4,
    control: 8,
    monitoring: 4,
    upkeep: 1,
    policy: 4,
    // One for each receiver at most: a dead one delays no other.
    webhooks: 50,
    tracking: 1,
    inbound: 32,
    outbound: 200,
  },
};

/**
 * A dead worker's job starts again elsewhere within the sum of the first two, so many times. The registry counts the
 * attempts of a run; a machine that is switched off twice is not the job's fault.
 */
const LOCK = { lockDuration: 15_000, stalledInterval: 5000, maxStalledCount: 5 };
/**
 * People wait for what a bot does, and it never keeps its process busy for long. A bot that dies takes along whatever
 * waits for its turn beside what killed it, and nobody does again what was acknowledged.
 */
const SHORT_LOCK = { lockDuration: 5000, stalledInterval: 2000, maxStalledCount: 30 };

export const lockOf = (lane: Lane): typeof LOCK =>
  lane === 'inbound' || lane === 'outbound' ? SHORT_LOCK : LOCK;
