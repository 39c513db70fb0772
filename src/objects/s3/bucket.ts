import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type Activity, describeFailure } from './failure.ts';
import type { S3Settings } from './settings.ts';

type Credentials = Extract<S3ClientConfig['credentials'], { accessKeyId: string }>;

/** One prefix of a bucket, and how it is spoken to. */
export interface Bucket {
  client: S3Client;
  name: string;
  prefix: string;
  /** For people. */
  place: string;
  partBytes: number;
  attempts: number;
  cacheBytes: number;
  /** Of the requests that store something. */
  encryption: { ServerSideEncryption?: 'AES256' | 'aws:kms'; SSEKMSKeyId?: string };
  /** Where an object of that name is. */
  at(...parts: string[]): { Bucket: string; Key: string };
  /** Runs requests within the time that `bytes` take. Errors say what was not done, and which right is missing. */
  run<T>(
    activity: Activity,
    bytes: number,
    signal: AbortSignal | undefined,
    work: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T>;
}

/** Slower than this, and a transfer is given up. */
const BYTES_PER_SECOND = 100_000;
const CONNECT_MS = 5000;
/** A longer timer would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

export function openBucket(
  settings: S3Settings & { prefix: string },
  credentials: Credentials,
): Bucket {
  const { bucket, prefix, endpoint, region, encryption, kms_key: key } = settings;
  const timeoutMs = settings.timeout_seconds * 1000;
  const client = new S3Client({
    ...{ region, credentials },
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: settings.path_style ?? endpoint !== undefined,
    // Exponential, with full jitter.
    ...{ maxAttempts: settings.attempts, retryMode: 'standard' },
    // Ours are by SHA-256; the library's own CRC in a trailer is not understood by every server.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
      ...{ requestTimeout: timeoutMs, throwOnRequestTimeout: true, socketTimeout: timeoutMs },
    },
  });
  return {
    ...{ client, prefix, name: bucket, place: `the bucket ${bucket} under ${prefix}/` },
    partBytes: settings.part_mb * 1_048_576,
    attempts: settings.attempts,
    cacheBytes: settings.cache_gb * 1e9,
    encryption: {
      ...(encryption !== undefined && { ServerSideEncryption: encryption }),
      ...(key !== undefined && { SSEKMSKeyId: key }),
    },
    at: (...parts) => ({ Bucket: bucket, Key: [prefix, ...parts].join('/') }),
    async run(activity, bytes, signal, work) {
      const ms = settings.attempts * timeoutMs + (bytes / BYTES_PER_SECOND) * 1000;
      const late = AbortSignal.timeout(Math.min(Math.ceil(ms), LONGEST_MS));
      try {
        const abortSignal = signal ? AbortSignal.any([signal, late]) : late;
        abortSignal.throwIfAborted();
        return await work({ abortSignal });
      } catch (cause) {
        signal?.throwIfAborted();
        throw describeFailure(cause, activity, {
          ...{ bucket, prefix, endpoint, late: late.aborted, ms },
        });
      }
    },
  };
}
