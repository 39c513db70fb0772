import { type Bucket, openBucket } from '../../s3/bucket.ts';
import type { Origin } from '../../s3/connection.ts';
import type { Credentials } from '../../s3/credentials.ts';
import type { S3Settings } from './settings.ts';

/** The bucket of a store, which writes to it. */
export interface StoreBucket extends Bucket {
  partBytes: number;
  cacheBytes: number;
  /** Of the requests that store something. */
  encryption: { ServerSideEncryption?: 'AES256' | 'aws:kms'; SSEKMSKeyId?: string };
}

export function openStoreBucket(
  settings: S3Settings & { prefix: string },
  credentials: Credentials,
  origin: Origin,
): StoreBucket {
  const { encryption, kms_key: key } = settings;
  return {
    ...openBucket(settings, credentials, origin),
    partBytes: settings.part_mb * 1_048_576,
    cacheBytes: settings.cache_gb * 1e9,
    encryption: {
      ...(encryption !== undefined && { ServerSideEncryption: encryption }),
      ...(key !== undefined && { SSEKMSKeyId: key }),
    },
  };
}
