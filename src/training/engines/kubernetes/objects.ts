import { z } from 'zod';

/** What is read of the API's objects; they have much more. */

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

export const Job = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  spec: z.object({ suspend: z.boolean().optional() }),
  status: z
    .object({
      conditions: z.array(Condition).nullish(),
      startTime: z.string().optional(),
      completionTime: z.string().optional(),
    })
    .optional(),
});
export type Job = z.output<typeof Job>;

const Terminated = z.object({
  exitCode: z.number(),
  reason: z.string().optional(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});

const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    creationTimestamp: z.string().optional(),
    deletionTimestamp: z.string().optional(),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      conditions: z.array(Condition).nullish(),
      containerStatuses: z
        .array(
          z.object({
            state: z
              .object({
                waiting: z
                  .object({ reason: z.string().optional(), message: z.string().optional() })
                  .optional(),
                terminated: Terminated.optional(),
              })
              .optional(),
          }),
        )
        .nullish(),
    })
    .optional(),
});
export type Pod = z.output<typeof Pod>;

export const Pods = z.object({ items: z.array(Pod) });
