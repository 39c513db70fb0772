import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { ObjectMissing } from '../../core/object-errors.ts';
import type { StoreReach } from '../../core/object-store-kind.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/objects.ts';
import { download } from '../../s3/download.ts';
import { type Activity, statusOf } from '../../s3/failure.ts';
import { listKeys } from '../../s3/list.ts';
import { isHash, requireHash } from '../files.ts';
import type { StoreBucket } from './bucket.ts';
import { createSignedAccess, SLOTS } from './signed.ts';
import { upload } from './upload.ts';

const OBJECTS = 'objects';
/** What is stored again is not copied if it is younger than this. */
const NEW_MS = 3_600_000;
/** Of a single copy. */
const COPY_BYTES = 5_000_000_000;

/**
 * Objects as `<prefix>/objects/aa/aabb…`. Two writers at once: the second is told that there is one, and compares it
 * with its own.
 */
export function createS3Store(
  bucket: StoreBucket,
  { cache, measure }: Pick<StoreReach, 'cache' | 'measure'>,
): ObjectStore {
  const { client, encryption } = bucket;
  const copies = cache(bucket.place, bucket.cacheBytes);
  const at = (sha256: string) => bucket.at(OBJECTS, requireHash(sha256).slice(0, 2), sha256);

  const head = (sha256: string, signal: AbortSignal | undefined) => {
    const activity = { what: `Looking for ${sha256}`, right: LOOK, without: 'nothing was stored' };
    return bucket.run(activity, 0, signal, (options) =>
      client
        .send(new HeadObjectCommand({ ...at(sha256), ChecksumMode: 'ENABLED' }), options)
        .catch(unlessMissing),
    );
  };

  async function put(file: string, signal?: AbortSignal): Promise<StoredObject> {
    const known = await measure(file, signal);
    const { sha256 } = known;
    const activity = { what: `Storing ${sha256}`, right: PUT, without: 'nothing was stored' };
    const there = await head(sha256, signal);
    if (there && isWhole(there, known)) {
      const isNew = Date.now() - (there.LastModified?.getTime() ?? 0) < NEW_MS;
      if (isNew) return known;
      if (known.bytes <= COPY_BYTES) {
        await renew(known, activity, signal);
        return known;
      }
    }
    const order = { to: at(sha256), file, known, activity };
    try {
      await upload(bucket, { ...order, onlyNew: !there }, signal);
    } catch (error) {
      // Somebody else was faster, with the same bytes unless theirs were damaged.
      const cause = error instanceof Error ? error.cause : undefined;
      if (![409, 412].includes(statusOf(cause) ?? 0)) throw error;
      const theirs = await head(sha256, signal);
      if (!theirs || !isWhole(theirs, known))
        await upload(bucket, { ...order, onlyNew: false }, signal);
    }
    return known;
  }

  /** An object copied onto itself is as new. */
  const renew = ({ sha256, bytes }: StoredObject, activity: Activity, signal?: AbortSignal) =>
    bucket.run(activity, bytes, signal, async (options) => {
      const { Bucket, Key } = at(sha256);
      const source = { CopySource: `${Bucket}/${Key}`, MetadataDirective: 'REPLACE' } as const;
      const kept = {
        ChecksumAlgorithm: 'SHA256',
        ContentType: 'application/octet-stream',
      } as const;
      const command = new CopyObjectCommand({ Bucket, Key, ...source, ...kept, ...encryption });
      await client.send(command, options);
    });

  return {
    place: bucket.place,
    uriOf(sha256) {
      const { Bucket, Key } = at(sha256);
      return `s3://${Bucket}/${Key}`;
    },
    copies: { dir: copies.dir, all: false },
    put,

    async open(sha256, signal) {
      const key = at(sha256);
      return copies.open(
        sha256,
        async (file, until) => {
          const activity = { what: `Reading ${sha256}`, right: LOOK, without: 'it was not read' };
          const found = await download(bucket, { key, file, activity }, until);
          if (found === 'missing') throw new ObjectMissing(sha256, bucket.place);
        },
        signal,
      );
    },

    async *list(signal) {
      for await (const { key, bytes, at: stored } of listKeys(
        bucket,
        bucket.at(OBJECTS, '').Key,
        signal,
      )) {
        const sha256 = key.slice(key.lastIndexOf('/') + 1);
        if (isHash(sha256)) yield { sha256, bytes, at: stored };
      }
    },

    async remove(sha256, signal) {
      const activity = { what: `Removing ${sha256}`, right: REMOVE, without: 'it is still there' };
      await bucket.run(activity, 0, signal, (options) =>
        client.send(new DeleteObjectCommand(at(sha256)), options),
      );
    },

    async claim(owner, signal) {
      const key = bucket.at('owner');
      const activity = {
        what: 'Reading whose objects these are',
        right: LOOK,
        without: 'nothing was removed',
      };
      const read = () =>
        bucket.run(activity, 0, signal, async (options) => {
          const found = await client.send(new GetObjectCommand(key), options).catch(unlessMissing);
          return found?.Body?.transformToString();
        });
      const there = await read();
      if (there !== undefined) return there;
      const writing = { ...activity, what: 'Writing whose objects these are', right: PUT };
      await bucket.run(writing, 0, signal, async (options) => {
        const command = { ...key, ...encryption, Body: owner, IfNoneMatch: '*' };
        await client.send(new PutObjectCommand(command), options).catch(unlessThere);
      });
      return (await read()) ?? owner;
    },

    async tidy(before, signal) {
      const activity = {
        what: 'Removing parts of uploads',
        right: TIDY,
        without: 'they are still there',
      };
      const { Uploads = [] } = await bucket.run(activity, 0, signal, (options) => {
        const { Bucket, Key } = bucket.at('');
        return client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }), options);
      });
      for (const { Key, UploadId, Initiated } of Uploads)
        if (Initiated && Initiated < before)
          await bucket.run(activity, 0, signal, (options) => {
            const abandoned = { Bucket: bucket.name, Key, UploadId };
            return client
              .send(new AbortMultipartUploadCommand(abandoned), options)
              .catch(unlessMissing);
          });
      for await (const { key: Key, at: stored } of listKeys(
        bucket,
        bucket.at(SLOTS, '').Key,
        signal,
      ))
        if (stored < before)
          await bucket.run({ ...activity, right: REMOVE }, 0, signal, (options) =>
            client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }), options),
          );
    },

    signed: createSignedAccess(bucket, at, measure),
  };
}

/** Without the second, servers answer 403 for what is not there. */
const LOOK = 's3:GetObject and s3:ListBucket';
const PUT = 's3:PutObject';
const REMOVE = 's3:DeleteObject';
const TIDY = 's3:ListBucketMultipartUploads and s3:AbortMultipartUpload';

/**
 * As far as the server can tell: of an upload in parts it knows no hash of the whole. One without a hash is not ours.
 */
function isWhole(there: HeadObjectCommandOutput, { sha256, bytes }: StoredObject): boolean {
  const { ContentLength, ChecksumSHA256: checksum } = there;
  if (ContentLength !== bytes || checksum === undefined) return false;
  return checksum.includes('-') || checksum === Buffer.from(sha256, 'hex').toString('base64');
}

function unlessMissing(error: unknown): undefined {
  if (statusOf(error) !== 404 || (error instanceof Error && error.name === 'NoSuchBucket'))
    throw error;
}

function unlessThere(error: unknown): void {
  if (![409, 412].includes(statusOf(error) ?? 0)) throw error;
}
