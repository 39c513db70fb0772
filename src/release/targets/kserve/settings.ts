import { z } from 'zod';

const Quantity = z
  .union([z.string(), z.number().transform(String)])
  .refine((text) => /^\d+(\.\d+)?([kMGTP]i?|m)?$/.test(text), 'expected e.g. 2, 500m or 4Gi');
const DNS_NAME = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'expected lower case letters, digits and -');
/** KServe adds up to 21 characters, and Kubernetes takes 63. */
export const SERVICE = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/;

export const settings = z
  .object({
    /** A file; default: the service account of the pod that the worker runs in. */
    kubeconfig: z.string().min(1).optional(),
    context: z.string().min(1).optional(),
    namespace: DNS_NAME.optional(),
    service: z
      .string()
      .regex(SERVICE, 'expected up to 40 lower case letters, digits and -, beginning with a letter')
      .optional(),
    mode: z.enum(['standard', 'knative']).default('standard'),
    storage_uri: z
      .string()
      .includes('{artifact}')
      .regex(/^[a-z0-9]+:\/\/[^\s]+$/, 'expected e.g. s3://bucket/path/{artifact}')
      .optional(),
    model_format: z.string().min(1).default('onnx'),
    runtime: DNS_NAME.optional(),
    protocol: z.enum(['v1', 'v2', 'grpc-v2']).optional(),
    service_account: DNS_NAME.optional(),
    cpu: Quantity.optional(),
    memory: Quantity.optional(),
    gpus: z.number().int().min(0).max(64).optional(),
    min_replicas: z.number().int().min(0).max(1000).default(1),
    max_replicas: z.number().int().min(1).max(1000).optional(),
    /** How long a version may take to start, and a split to show. */
    ready_seconds: z.number().min(1).max(3600).default(600),
  })
  .refine(({ min_replicas: least, max_replicas: most }) => most === undefined || most >= least, {
    path: ['max_replicas'],
    message: 'must not be less than min_replicas',
  });
export type Settings = z.output<typeof settings>;
