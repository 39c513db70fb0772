import { S3Client } from '@aws-sdk/client-s3';
import type { Connection, Origin } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { type Activity, describeFailure } from './failure.ts';

/** One prefix of a bucket, and how it is spoken to. */
export interface Bucket {
  client: S3Client;
  name: string;
  /** For people. */
  place: string;
  attempts: number;
  /** Where an object of that name is; an empty last part: how all below the others begin. */
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

/** @param settings an empty prefix: the whole bucket */
export function openBucket(
  settings: Connection & { prefix: string },
  credentials: Credentials,
  origin: Origin,
): Bucket {
  const { bucket, prefix, endpoint, region } = settings;
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
  const parents = prefix === '' ? [] : [prefix];
  return {
    ...{ client, name: bucket },
    place: `the bucket ${bucket}${prefix === '' ? '' : ` under ${prefix}/`}`,
    attempts: settings.attempts,
    at: (...parts) => ({ Bucket: bucket, Key: [...parents, ...parts].join('/') }),
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
          ...{ bucket, prefix, endpoint, origin, late: late.aborted, ms },
        });
      }
    },
  };
}
