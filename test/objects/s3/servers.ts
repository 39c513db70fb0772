import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../../../src/core/ports/objects.ts';
import { createCache } from '../../../src/objects/cache.ts';
import { measure } from '../../../src/objects/files.ts';
import { objectStoreKindOf } from '../../../src/objects/index.ts';
import { startDouble } from './double/server.ts';

/** A server that speaks S3, with a bucket for tests. */
export interface Server {
  endpoint: string;
  bucket: string;
  keys: { accessKeyId: string; secretAccessKey: string };
  close(): Promise<void>;
}

/** The real one, if `npm run test:scale` has started one. */
export const REAL = process.env['WHEELHOUSE_TEST_S3'];

export async function startServer(): Promise<Server> {
  if (REAL === undefined) return startDouble();
  const { username, password, protocol, host, pathname } = new URL(REAL);
  return {
    endpoint: `${protocol}//${host}`,
    bucket: pathname.slice(1),
    keys: { accessKeyId: username, secretAccessKey: decodeURIComponent(password) },
    close: async () => undefined,
  };
}

/** A store as a process of its own opens it. @param home a folder that may be shared, or not */
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

/** Writes as an administrator would, past the store. */
export async function overwrite(server: Server, key: string, bytes: Uint8Array): Promise<void> {
  const { endpoint, keys: credentials, bucket: Bucket } = server;
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket, Key: key, Body: bytes }));
  client.destroy();
}
