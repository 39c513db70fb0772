import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { isDiskFull } from '../../core/disk.ts';
import type { Bucket } from './bucket.ts';
import { type Activity, statusOf } from './failure.ts';

const WAIT_MS = 200;

interface Download {
  key: { Bucket: string; Key: string };
  /** Is created. */
  file: string;
  activity: Activity;
}

/** False if there is no such object. The library repeats requests; answers that break off are repeated here. */
export async function download(
  bucket: Bucket,
  { key, file, activity }: Download,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(bucket, { key, file, activity }, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const cause = error instanceof Error ? error.cause : undefined;
      // An answer of the server was repeated by the library already.
      const final = statusOf(cause) !== undefined || isDiskFull(error);
      if (final || attempt >= bucket.attempts) throw error;
      await wait(Math.random() * WAIT_MS * 2 ** attempt, undefined, signal ? { signal } : {});
    }
  }
}

async function once(
  bucket: Bucket,
  { key, file, activity }: Download,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const found = await bucket.run(activity, 0, signal, (options) =>
    bucket.client.send(new GetObjectCommand(key), options).catch((error: unknown) => {
      if (statusOf(error) !== 404 || (error instanceof Error && error.name === 'NoSuchBucket'))
        throw error;
    }),
  );
  if (!found) return false;
  const body = found.Body;
  if (!(body instanceof Readable)) throw new Error('the answer has no body');
  await bucket.run(activity, found.ContentLength ?? 0, signal, ({ abortSignal }) =>
    pipeline(body, createWriteStream(file), { signal: abortSignal }),
  );
  return true;
}
