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

/** A dead worker's job starts again elsewhere within the sum of the two. */
const LOCK = { lockDuration: 15_000, stalledInterval: 5000 };
/** People wait for what a bot does, and it never keeps its process busy for long. */
const SHORT_LOCK = { lockDuration: 5000, stalledInterval: 2000 };

export const lockOf = (lane: Lane): typeof LOCK =>
  lane === 'inbound' || lane === 'outbound' ? SHORT_LOCK : LOCK;
