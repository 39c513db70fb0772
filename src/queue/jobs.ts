import { type FlowJobNode, FlowProducer, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { Unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Backlog } from '../core/ports/backlog.ts';
import { type Jobs, LANES, type Lane, type Link, type Queueable } from '../core/ports/jobs.ts';
import type { SealJob } from '../core/ports/seals.ts';
import { currentTrace } from '../core/trace.ts';
import { createBacklog } from './backlog.ts';
import { limited } from './connection.ts';
import { depthOf, type LaneDepth } from './depth.ts';

const BACKOFF = { type: 'exponential', delay: 500, jitter: 0.3 };

/** Enqueues jobs. One queue per lane, so that a rollback never waits behind a training. */
export function createJobs(
  redis: Redis,
  prefix: string,
  log: Log,
  parts: Parts = {},
): {
  sealedBy(seal: SealJob | undefined): Jobs;
  backlog: Backlog;
  depths(): Promise<LaneDepth[]>;
  close(): Promise<void>;
} {
  const open = (name: string): Queue => {
    const queue = new Queue(name, { connection: redis, prefix });
    queue.on('error', limited(log, `queue ${name}`));
    return queue;
  };
  const training = open('training');
  const queues = new Map<string, Queue>(
    LANES.flatMap((lane) => [lane, ...(parts[lane] ?? []).map((part) => queueOf(lane, part))]).map(
      (name) => [name, name === 'training' ? training : open(name)],
    ),
  );
  const flows = new FlowProducer({ connection: redis, prefix });
  flows.on('error', limited(log, 'flows'));

  const sealedBy = (seal: SealJob | undefined): Jobs => ({
    async enqueue(job, payload, delayMs) {
      // What is no part of the lane is for all of its workers.
      const queue = queues.get(queueOf(job.lane, job.part?.(payload))) ?? queues.get(job.lane);
      if (!queue) throw new Error(`there is no lane ${job.lane}`);
      if (job.signedForMs !== undefined && !seal)
        throw new Error(`this process hears nobody, so it cannot sign "${job.name}"`);
      const stored = job.signedForMs === undefined ? payload : seal?.(job.name, payload);
      try {
        await queue.add(job.name, stored, {
          attempts: job.attempts,
          ...(delayMs !== undefined && { delay: Math.ceil(delayMs) }),
          ...(job.attempts > 1 && { backoff: BACKOFF }),
          // Jobs without a priority come before all that have one.
          ...(job.isUrgent?.(payload) === false && { priority: 1 }),
          ...traced(),
          deduplication: {
            id: twinId(job, payload),
            ...(job.again && { keepLastIfActive: true }),
            ...(job.onceForMs && { ttl: job.onceForMs }),
          },
        });
      } catch (cause) {
        throw unanswered(job.name, cause);
      }
    },
    async chain(links) {
      const flow = flowOf(links);
      if (!flow) return;
      try {
        await flows.add(flow);
      } catch (cause) {
        throw unanswered(flow.name, cause);
      }
    },
  });

  return {
    sealedBy,
    depths: () => Promise.all([...queues.values()].map(depthOf)),
    backlog: createBacklog(training),
    close: async () => {
      await Promise.all([...queues.values(), flows].map((one) => one.close()));
    },
  };
}

/** The parts that lanes have besides themselves. */
export type Parts = Readonly<Partial<Record<Lane, readonly string[]>>>;

export const queueOf = (lane: Lane, part: string | undefined): string =>
  part === undefined ? lane : `${lane}-${part}`;

/** A flow of BullMQ: the last link is the root. Each is a child of the one that waits for it. */
function flowOf(links: readonly Link[]): FlowJobNode | undefined {
  const nodes = links.map((link) => ({ link, node: nodeOf(link) }));
  for (const [at, { link, node }] of nodes.entries()) {
    const parent =
      link.before === undefined
        ? nodes[at + 1]
        : nodes.find(({ link: other }) => `${other.name}-${other.once}` === link.before);
    parent?.node.children.push(node);
  }
  return nodes.at(-1)?.node;
}

function nodeOf({
  name,
  lane,
  attempts,
  payload,
  once,
  isUrgent,
}: Link): FlowJobNode & { children: FlowJobNode[] } {
  return {
    ...{ name, queueName: lane, data: payload, children: [] },
    opts: {
      // Also a link that another process adds at the same moment is this one.
      jobId: `${name}-${once}`.replaceAll(':', '_'),
      attempts,
      ...(attempts > 1 && { backoff: BACKOFF }),
      ...(!isUrgent && { priority: 1 }),
      failParentOnFailure: true,
      // The registry has the outcome. What is kept under this ID would swallow the next try.
      ...{ removeOnComplete: true, removeOnFail: true },
      ...traced(),
    },
  };
}

/** The trace goes along where BullMQ has a place for it; a payload is signed as it is. */
function traced(): { telemetry?: { metadata: string } } {
  const trace = currentTrace();
  return trace ? { telemetry: { metadata: trace.parent } } : {};
}

/** Only a command that was never sent has certainly had no effect; a missing answer proves nothing. */
function unanswered(name: string, cause: unknown): Unreachable {
  const neverSent = cause instanceof Error && cause.message.includes('enableOfflineQueue');
  return neverSent
    ? new Unreachable(`Queueing ${name}: Redis is unreachable, so nothing was started.`, {
        next: 'Try again in a moment; if the problem persists, start Redis.',
        cause,
      })
    : new Unreachable(`Queueing ${name}: Redis did not respond, so it may not have been started.`, {
        next: 'Try again in a moment; the same job is not started twice.',
        cause,
      });
}

/** Not the job's own ID: a finished job's ID would swallow every repeat. No colon: BullMQ refuses it. */
function twinId<P>(job: Queueable<P>, payload: P): string {
  return `${job.name}-${job.once(payload)}`.replaceAll(':', '_');
}
