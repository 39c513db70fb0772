import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { isDiskFull } from '../core/disk.ts';
import type { Bucket } from './bucket.ts';
import { type Activity, statusOf } from './failure.ts';

const WAIT_MS = 200;
const CHECKED = { ChecksumMode: 'ENABLED' } as const;

interface Download {
  key: { Bucket: string; Key: string };
  /** Is created. */
  file: string;
  activity: Activity;
  /** Of a larger object, nothing is read. Default: any size. */
  mostBytes?: number;
  /** Compares the bytes with the server's own checksum, if it has one: whoever knows a hash of them needs none. */
  isChecked?: boolean;
}

/** `missing`: there is no such object. */
type Downloaded = 'read' | 'missing' | 'too large';

/**
 * Writes an object to a file. The library repeats requests; answers that break off, or whose bytes differ from
 * the checksum that the server has of them, are repeated here.
 */
export async function download(
  bucket: Bucket,
  order: Download,
  signal: AbortSignal | undefined,
): Promise<Downloaded> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(bucket, order, signal);
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
  { key, file, activity, mostBytes = Number.POSITIVE_INFINITY, isChecked = false }: Download,
  signal: AbortSignal | undefined,
): Promise<Downloaded> {
  const command = new GetObjectCommand({ ...key, ...(isChecked && CHECKED) });
  const found = await bucket.run(activity, 0, signal, (options) =>
    bucket.client.send(command, options).catch((error: unknown) => {
      if (statusOf(error) !== 404 || (error instanceof Error && error.name === 'NoSuchBucket'))
        throw error;
    }),
  );
  if (!found) return 'missing';
  const { Body: body, ContentLength: announced = 0 } = found;
  if (!(body instanceof Readable)) throw new Error('the answer has no body');
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Buffer>) {
    if (announced > mostBytes) return;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > mostBytes) return;
      yield chunk;
    }
  }
  await bucket.run(activity, announced, signal, ({ abortSignal }) =>
    pipeline(body, counted, createWriteStream(file), { signal: abortSignal }),
  );
  return Math.max(bytes, announced) > mostBytes ? 'too large' : 'read';
}
