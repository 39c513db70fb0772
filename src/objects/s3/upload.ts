import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Unreachable } from '../../core/errors.ts';
import type { StoredObject } from '../../core/ports/objects.ts';
import type { Activity } from '../../s3/failure.ts';
import type { StoreBucket } from './bucket.ts';

/** Parts on their way at a time, each of which is in memory. */
const AT_A_TIME = 3;
/** S3 takes no more. */
const MOST_PARTS = 10_000;

interface Upload {
  to: { Bucket: string; Key: string };
  file: string;
  known: StoredObject;
  activity: Activity;
  /** The server refuses it with 412 if there is one already. */
  onlyNew: boolean;
}

/**
 * Uploads a file, at once or in parts. The server compares each with its SHA-256, and shows nothing before it has all.
 * Throws if the file is not `known` any more.
 */
export async function upload(
  bucket: StoreBucket,
  { to, file, known, activity, onlyNew }: Upload,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { client, encryption } = bucket;
  const condition = onlyNew ? { IfNoneMatch: '*' } : {};
  const partBytes = Math.max(bucket.partBytes, Math.ceil(known.bytes / MOST_PARTS));
  const handle = await open(file);
  try {
    if (known.bytes <= partBytes) {
      const body = await readPart(handle, 0, known.bytes);
      requireUnchanged(file, sha256(body).digest('hex'), known);
      const content = { ContentLength: body.length, ContentType: 'application/octet-stream' };
      await bucket.run(activity, known.bytes, signal, (options) =>
        client.send(
          new PutObjectCommand({
            ...{ ...to, ...content, ...condition, ...encryption },
            ...{ Body: body, ChecksumSHA256: sha256(body).digest('base64') },
          }),
          options,
        ),
      );
      return;
    }
    const parts = { bucket, to, handle, partBytes, known, activity, signal };
    await inParts(parts, file, condition);
  } finally {
    await handle.close();
  }
}

interface Parts {
  bucket: StoreBucket;
  to: Upload['to'];
  handle: FileHandle;
  partBytes: number;
  known: StoredObject;
  activity: Activity;
  signal: AbortSignal | undefined;
}

async function inParts(parts: Parts, file: string, condition: { IfNoneMatch?: string }) {
  const { bucket, to, activity, known, signal } = parts;
  const { client, encryption } = bucket;
  const { UploadId } = await bucket.run(activity, 0, signal, (options) =>
    client.send(
      new CreateMultipartUploadCommand({ ...to, ...encryption, ChecksumAlgorithm: 'SHA256' }),
      options,
    ),
  );
  const upload = { ...to, UploadId };
  try {
    const uploaded = await sendParts(parts, upload, file);
    await bucket.run(activity, known.bytes, signal, (options) =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...{ ...upload, ...condition, MultipartUpload: { Parts: uploaded } },
        }),
        options,
      ),
    );
  } catch (error) {
    // If this fails as well, `tidy` removes the parts: nobody sees them.
    await bucket
      .run(activity, 0, undefined, (options) =>
        client.send(new AbortMultipartUploadCommand(upload), options),
      )
      .catch(() => undefined);
    throw error;
  }
}

/** In order of their numbers, some at a time. */
async function sendParts(
  { bucket, handle, partBytes, known, activity, signal }: Parts,
  upload: { Bucket: string; Key: string; UploadId: string | undefined },
  file: string,
) {
  const whole = createHash('sha256');
  const count = Math.ceil(known.bytes / partBytes);
  const parts: { PartNumber: number; ETag: string | undefined; ChecksumSHA256: string }[] = [];
  for (let first = 0; first < count; first += AT_A_TIME) {
    const bodies: Buffer[] = [];
    for (let at = first; at < Math.min(count, first + AT_A_TIME); at += 1) {
      const from = at * partBytes;
      bodies.push(await readPart(handle, from, Math.min(partBytes, known.bytes - from)));
      whole.update(bodies.at(-1) ?? '');
    }
    const sent = await Promise.allSettled(
      bodies.map((body, at) =>
        bucket.run(activity, body.length, signal, async (options) => {
          const checksum = sha256(body).digest('base64');
          const part = { PartNumber: first + at + 1, ChecksumSHA256: checksum };
          const command = new UploadPartCommand({ ...upload, ...part, Body: body });
          const { ETag } = await bucket.client.send(command, options);
          return { ...part, ETag };
        }),
      ),
    );
    for (const result of sent) {
      if (result.status === 'rejected') throw result.reason;
      parts.push(result.value);
    }
  }
  requireUnchanged(file, whole.digest('hex'), known);
  return parts;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes);

async function readPart(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function requireUnchanged(file: string, found: string, known: StoredObject): void {
  if (found === known.sha256) return;
  throw new Unreachable(`storing ${file}: it changed while it was read, so nothing was stored.`, {
    next: 'Whatever writes it must have ended before.',
  });
}
