import type { Queue } from 'bullmq';

/** What is in a lane. BullMQ keeps urgent jobs in `wait` and all others in `prioritized`. */
const STATES = ['wait', 'prioritized', 'active', 'delayed', 'failed'] as const;

export interface LaneDepth {
  lane: string;
  jobs: Record<(typeof STATES)[number], number>;
  /** When the job was queued that has waited longest; undefined if none waits. */
  oldest: Date | undefined;
}

export async function depthOf(queue: Queue): Promise<LaneDepth> {
  const [counts, [first], [prioritized]] = await Promise.all([
    queue.getJobCounts(...STATES),
    queue.getJobs(['wait'], 0, 0, true),
    queue.getJobs(['prioritized'], 0, 0, true),
  ]);
  const times = [first, prioritized].flatMap((job) =>
    job ? [job.timestamp + (job.delay ?? 0)] : [],
  );
  const [wait = 0, waitingLess = 0, active = 0, delayed = 0, failed = 0] = STATES.map(
    (state) => counts[state],
  );
  return {
    lane: queue.name,
    jobs: { wait, prioritized: waitingLess, active, delayed, failed },
    oldest: times.length === 0 ? undefined : new Date(Math.min(...times)),
  };
}
