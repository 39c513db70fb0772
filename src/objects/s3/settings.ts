import { z } from 'zod';

export const settings = z.object({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket, without s3://'),
  /** Default: the name of the workspace. */
  prefix: z
    .string()
    .regex(
      /^\w[\w.-]*(\/\w[\w.-]*)*$/,
      'expected letters, digits, ., _ and -, in parts like teams/flights',
    )
    .optional(),
  /** Default: that of AWS in the region. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string().min(1).default('us-east-1'),
  /** The bucket in the path instead of the host name; default: with an endpoint of one's own. */
  path_style: z.boolean().optional(),
  encryption: z.enum(['AES256', 'aws:kms']).optional(),
  kms_key: z.string().min(1).optional(),
  /** Larger files are uploaded in parts of this size. */
  part_mb: z.number().min(5).max(1024).default(16),
  timeout_seconds: z.number().min(1).max(600).default(30),
  attempts: z.number().int().min(1).max(20).default(5),
  cache_gb: z.number().positive().default(20),
});

export type S3Settings = z.output<typeof settings>;
