import { z } from 'zod';
import { Quantity } from '../quantity.ts';

export const settings = z.object({
  /** Of the dashboard, where the Jobs API is: http://ray-head:8265. */
  url: z.url({ protocol: /^https?$/ }),
  /** The environment variable with the token that Ray, or the proxy before it, wants. */
  token_env: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/, 'expected the name of an environment variable')
    .optional(),
  /** How long a training may wait in the cluster before it starts. */
  start_minutes: z.number().positive().max(10_080).default(60),
});
export type Settings = z.output<typeof settings>;

/** Each can be given for the engine, and be replaced by a model. */
export const job = z.object({
  /** Where the machines of the cluster have the workspace; default: it is sent along. */
  folder: z.string().min(1).optional(),
  cpu: Quantity.optional(),
  memory: Quantity.optional(),
  gpus: z.number().min(0).max(64).optional(),
  /** Of the cluster's own, by name. */
  resources: z.record(z.string().min(1), z.number().positive()).optional(),
});
export type JobSettings = z.output<typeof job>;
