import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';

/** What is under that part of the prefix. */
export async function* listKeys(
  bucket: Bucket,
  part: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ key: string; bytes: number; at: Date }> {
  const activity = { what: 'Listing', right: 's3:ListBucket', without: 'nothing was listed' };
  const { Bucket: name, Key: under } = bucket.at(part, '');
  let token: string | undefined;
  do {
    const page = await bucket.run(activity, 0, signal, (options) =>
      bucket.client.send(
        new ListObjectsV2Command({
          ...{ Bucket: name, Prefix: under },
          ...(token !== undefined && { ContinuationToken: token }),
        }),
        options,
      ),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? [])
      if (Key !== undefined && LastModified) yield { key: Key, bytes: Size ?? 0, at: LastModified };
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}
