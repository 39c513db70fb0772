import { z } from 'zod';
import { Quantity } from '../quantity.ts';

const DNS_NAME = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'expected lower case letters, digits and -');

export const settings = z.object({
  /** A file; default: the service account of the pod that the worker runs in. */
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  namespace: DNS_NAME.optional(),
  /** How long a training may wait in the cluster before it starts. */
  start_minutes: z.number().positive().max(10_080).default(60),
  /** How long the cluster keeps a job that is over, with its log. */
  keep_hours: z.number().positive().max(720).default(24),
});
export type Settings = z.output<typeof settings>;

/** Each can be given for the engine, and be replaced by a model. */
export const job = z.object({
  image: z.string().min(1).optional(),
  /** Where the image has the workspace. */
  folder: z.string().min(1).optional(),
  cpu: Quantity.optional(),
  memory: Quantity.optional(),
  gpus: z.number().int().min(0).max(64).optional(),
  node_selector: z.record(z.string(), z.string()).optional(),
  service_account: DNS_NAME.optional(),
});
export type JobSettings = z.output<typeof job>;
