import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { Unreachable } from '../core/errors.ts';
import type { Bucket } from './bucket.ts';

export interface ListedKey {
  key: string;
  bytes: number;
  at: Date;
  /** Another one for other bytes, and perhaps for the same; never a fingerprint. */
  etag: string;
}

/** All keys that begin like this, page by page. */
export async function* listKeys(
  bucket: Bucket,
  beginning: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListedKey> {
  const activity = { what: 'Listing', right: 's3:ListBucket', without: 'nothing was listed' };
  let token: string | undefined;
  do {
    const page = await bucket.run(activity, 0, signal, (options) =>
      bucket.client.send(
        new ListObjectsV2Command({
          ...{ Bucket: bucket.name, Prefix: beginning },
          ...(token !== undefined && { ContinuationToken: token }),
        }),
        options,
      ),
    );
    for (const { Key: key, Size: bytes = 0, LastModified: at, ETag: etag = '' } of page.Contents ??
      [])
      if (key !== undefined && at) yield { key, bytes, at, etag };
    const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    // It would go on forever.
    if (next !== undefined && next === token)
      throw new Unreachable(
        `Listing the bucket ${bucket.name}: the server gave the same page twice, so the list is not complete.`,
      );
    token = next;
  } while (token !== undefined);
}
