import { z } from 'zod';
import { connection } from '../../s3/connection.ts';

export const settings = z.object({
  ...connection,
  /** Default: the name of the workspace. */
  prefix: z
    .string()
    .regex(
      /^\w[\w.-]*(\/\w[\w.-]*)*$/,
      'expected letters, digits, ., _ and -, in parts like teams/flights',
    )
    .optional(),
  encryption: z.enum(['AES256', 'aws:kms']).optional(),
  kms_key: z.string().min(1).optional(),
  /** Larger files are uploaded in parts of this size. */
  part_mb: z.number().min(5).max(1024).default(16),
  cache_gb: z.number().positive().default(20),
});

export type S3Settings = z.output<typeof settings>;
