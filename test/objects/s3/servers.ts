import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../../../src/core/ports/objects.ts';
import { createCache } from '../../../src/objects/cache.ts';
import { measure } from '../../../src/objects/files.ts';
import { objectStoreKindOf } from '../../../src/objects/index.ts';

/** An S3 server with a bucket for tests. */
export interface Server {
  endpoint: string;
  bucket: string;
  keys: { accessKeyId: string; secretAccessKey: string };
  close(): Promise<void>;
}

/** A store as a separate process opens it. @param home a folder that may be shared, or not */
export async function openStore(
  { endpoint, bucket, keys }: Omit<Server, 'close'>,
  home: string,
  settings: Record<string, unknown> = {},
): Promise<ObjectStore> {
  const kind = objectStoreKindOf('s3');
  const secrets = new Map([
    ['AWS_ACCESS_KEY_ID', keys.accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', keys.secretAccessKey],
  ]);
  const spec = kind.schema.parse({
    ...{ kind: 's3', bucket, endpoint, part_mb: 5, timeout_seconds: 10, ...settings },
  });
  return kind.open(spec, {
    ...{ workspace: 'flights', home, measure },
    cache: (place, bytes) => createCache(join(home, 'cache'), { place, bytes }),
    secret: (name) => secrets.get(name),
  });
}

export const newPrefix = (): string => `test-${randomUUID()}`;

/**
 * Writes as an administrator would, bypassing the store; undefined: removes. The server knows the hash of the bytes.
 */
export async function overwrite(
  { endpoint, keys: credentials, bucket: Bucket }: Omit<Server, 'close'>,
  key: string,
  bytes: Uint8Array | undefined,
): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const where = { Bucket, Key: key };
  if (!bytes) await client.send(new DeleteObjectCommand(where));
  else {
    const command = { ...where, Body: bytes, ChecksumAlgorithm: 'SHA256' } as const;
    await client.send(new PutObjectCommand(command));
  }
  client.destroy();
}

/** What a client of others gets at `s3://BUCKET/KEY`. */
async function readAt(
  { endpoint, keys: credentials }: Omit<Server, 'close'>,
  uri: string,
): Promise<Uint8Array> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return (await body?.transformToByteArray()) ?? new Uint8Array();
  } finally {
    client.destroy();
  }
}

/** A new prefix on the server, for the object-store suite. */
export const placeOn = (startServer: () => Promise<Server>) => async (folder: string) => {
  const server = await startServer();
  const prefix = newPrefix();
  return {
    open: async () => openStore(server, await mkdtemp(join(folder, 'process-')), { prefix }),
    damage: (sha256: string) =>
      overwrite(server, `${prefix}/objects/${sha256.slice(0, 2)}/${sha256}`, Buffer.alloc(50_000)),
    readAt: (uri: string) => readAt(server, uri),
    close: () => server.close(),
  };
};
