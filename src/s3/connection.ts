import { z } from 'zod';

/** The keys by which the workspace file says how a bucket is reached. */
export const connection = {
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket, without s3://'),
  /** Default: that of AWS in the region. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string().min(1).default('us-east-1'),
  /** The bucket in the path instead of the host name; default: with an endpoint of one's own. */
  path_style: z.boolean().optional(),
  timeout_seconds: z.number().min(1).max(600).default(30),
  attempts: z.number().int().min(1).max(20).default(5),
};

const Connection = z.object(connection);
export type Connection = z.output<typeof Connection>;

/** Whose bucket it is, for errors. */
export interface Origin {
  /** Where the workspace file has its keys, e.g. `objects`. */
  keys: string;
  /** The page that says which rights and credentials it needs. */
  page: string;
  /** Of the variables with its credentials. */
  variables: readonly string[];
}
