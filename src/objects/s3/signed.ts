import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { BadInput, NotFound } from '../../core/errors.ts';
import type { StoreReach } from '../../core/object-store-kind.ts';
import type { SignedAccess, SignedRequest } from '../../core/ports/objects.ts';
import { download } from '../../s3/download.ts';
import { listKeys } from '../../s3/list.ts';
import type { StoreBucket } from './bucket.ts';

export const SLOTS = 'slots';
/** These must be sent, and cannot be in the address. */
const ENCRYPTION = 'x-amz-server-side-encryption';
const KMS_KEY = 'x-amz-server-side-encryption-aws-kms-key-id';

export function createSignedAccess(
  bucket: StoreBucket,
  at: (sha256: string) => { Bucket: string; Key: string },
  measure: StoreReach['measure'],
): SignedAccess {
  const { client, encryption } = bucket;
  const slotAt = (slot: string) => bucket.at(SLOTS, requireSlot(slot));
  const expiresAfter = (seconds: number) => new Date(Date.now() + seconds * 1000);

  return {
    async get(sha256, seconds) {
      const url = await getSignedUrl(client, new GetObjectCommand(at(sha256)), {
        expiresIn: seconds,
      });
      return { method: 'GET', url, headers: {}, expires: expiresAfter(seconds) };
    },

    async put(slot, seconds): Promise<SignedRequest> {
      const command = new PutObjectCommand({ ...slotAt(slot), ...encryption });
      const url = await getSignedUrl(client, command, {
        expiresIn: seconds,
        unhoistableHeaders: new Set([ENCRYPTION, KMS_KEY]),
      });
      const { ServerSideEncryption: by, SSEKMSKeyId: key } = encryption;
      return {
        ...{ method: 'PUT', url, expires: expiresAfter(seconds) },
        headers: {
          ...(by !== undefined && { [ENCRYPTION]: by }),
          ...(key !== undefined && { [KMS_KEY]: key }),
        },
      };
    },

    async take(slot, file, signal) {
      const activity = {
        ...{ what: `Taking ${slot}`, right: 's3:GetObject and s3:ListBucket' },
        without: 'nothing was taken over',
      };
      const found = await download(bucket, { key: slotAt(slot), file, activity }, signal);
      if (found === 'missing')
        throw new NotFound(`nothing was put into ${slot} in ${bucket.place}.`);
      return measure(file, signal);
    },

    async discard(parts, signal) {
      const right = 's3:DeleteObject';
      const activity = { what: `Removing ${parts}`, right, without: 'it is still there' };
      for await (const { key: Key } of listKeys(
        bucket,
        bucket.at(SLOTS, requireSlot(parts), '').Key,
        signal,
      ))
        await bucket.run(activity, 0, signal, (options) =>
          client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }), options),
        );
    },
  };
}

/** Names in it come from runs and programs, and must not lead out of the slots. */
function requireSlot(slot: string): string {
  const parts = slot.split('/');
  if (parts.every((part) => /^[\w.-]{1,200}$/.test(part) && !/^\.+$/.test(part))) return slot;
  throw new BadInput(`"${slot}" cannot name a slot.`);
}
