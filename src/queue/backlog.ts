import type { Queue } from 'bullmq';
import { z } from 'zod';
import { Unreachable } from '../core/errors.ts';
import type { Backlog } from '../core/ports/backlog.ts';

const OfRun = z.object({ run: z.string() });
/** More than a person looks at. */
const MOST = 500;

/** Jobs without a priority come first; a worker takes both in this order. */
export function createBacklog(training: Pick<Queue, 'getWaiting' | 'getPrioritized'>): Backlog {
  return {
    async trainings() {
      try {
        const [urgent, others] = await Promise.all([
          training.getWaiting(0, MOST - 1),
          training.getPrioritized(0, MOST - 1),
        ]);
        return [...urgent, ...others].flatMap(({ data }) => {
          const parsed = OfRun.safeParse(data);
          return parsed.success ? [parsed.data.run] : [];
        });
      } catch (cause) {
        throw new Unreachable('Reading what waits: Redis did not respond.', {
          next: 'Try again in a moment; if the problem persists, start Redis.',
          cause,
        });
      }
    },
  };
}
