import { z } from 'zod';
import { declareJob } from '../../src/core/job.ts';
import type { Vote } from '../../src/core/ports/approvals.ts';

/** Jobs that commands and other jobs enqueue, without their implementation. */

export const train = declareJob({
  name: 'train',
  lane: 'training',
  payload: z.object({ run: z.string() }),
  once: ({ run }) => run,
  cancelledBy: ({ run }) => run,
  attempts: 2,
});

export const evaluate = declareJob({
  name: 'evaluate',
  lane: 'evaluation',
  payload: z.object({ run: z.string() }),
  once: ({ run }) => run,
  cancelledBy: ({ run }) => run,
  attempts: 2,
});

export const compare = declareJob({
  name: 'compare',
  lane: 'comparison',
  payload: z.object({ run: z.string() }),
  once: ({ run }) => run,
  cancelledBy: ({ run }) => run,
  attempts: 2,
});

export const requestPromotion = declareJob({
  name: 'request-promotion',
  lane: 'evaluation',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  attempts: 3,
});

export const deploy = declareJob({
  name: 'deploy',
  lane: 'control',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  attempts: 5,
});

const isCast = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'by' in value && 'from' in value;

export const rollBack = declareJob({
  name: 'roll-back',
  lane: 'control',
  payload: z.object({
    id: z.string(),
    model: z.string(),
    environment: z.string(),
    replaces: z.string(),
    by: z.string(),
    reason: z.string(),
    via: z.string(),
    /** The account and channel it came from. Missing in jobs of earlier releases. */
    cast: z.custom<NonNullable<Vote['cast']>>(isCast, 'expected an account and a place').optional(),
  }),
  once: ({ id }) => id,
  attempts: 5,
});

export const recount = declareJob({
  name: 'recount',
  lane: 'inbound',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  again: true,
  attempts: 3,
});
