import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { s3 } from '../../../../src/data/sources/s3/index.ts';
import { mirror } from '../../../../src/data/sources/s3/mirror.ts';
import { plan } from '../../../../src/data/sources/s3/plan.ts';
import { openBucket } from '../../../../src/s3/bucket.ts';
import { listKeys } from '../../../../src/s3/list.ts';
import { startDouble } from '../../../objects/s3/double/server.ts';
import { s3SourceFaults } from './fault-suite.ts';

s3SourceFaults('the double', startDouble);

const settings = {
  bucket: 'models',
  region: 'us-east-1',
  timeout_seconds: 10,
  attempts: 2,
  prefix: '',
};
const origin = { keys: 'data', page: 'docs/data.md', variables: [] };

it('lists thousands of keys, page by page, and copies what is data', async () => {
  const double = await startDouble({ page: 1000 });
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-many-'));
  try {
    const kept = { at: new Date(), checksum: undefined, headers: {} };
    for (let at = 0; at < 5200; at += 1) {
      const name = at % 100 === 0 ? `days/${at}.csv` : `days/${at}.log`;
      double.objects.set(name, { ...kept, body: Buffer.from(name) });
    }
    const bucket = openBucket({ ...settings, endpoint: double.endpoint }, double.keys, origin);
    const listed = [];
    for await (const one of listKeys(bucket, '', undefined)) listed.push(one);
    expect(listed).toHaveLength(5200);
    const limits = { beginning: '', maxMb: 1, maxGb: 1, place: bucket.place };
    const { wanted } = await plan(listed, limits);
    const { signal } = new AbortController();
    const { files } = await mirror(bucket, wanted, { folder, maxMb: 1, signal });
    expect(files.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
    expect(files).toHaveLength(52);
    bucket.client.destroy();
  } finally {
    await double.close();
    await rm(folder, { recursive: true, force: true });
  }
});

it('does not read the same page of a list forever', async () => {
  const server = createServer((_, answer) =>
    answer.end(
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken></ListBucketResult>',
    ),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  const endpoint = `http://127.0.0.1:${at.port}`;
  const keys = { accessKeyId: 'id', secretAccessKey: 'key' };
  const bucket = openBucket({ ...settings, endpoint }, keys, origin);
  try {
    await expect(listKeys(bucket, '', undefined).next()).rejects.toThrow('the same page twice');
  } finally {
    bucket.client.destroy();
    server.close();
  }
});

it.each([
  [{ bucket: 's3://models' }, 'without s3://'],
  [{ prefix: 'flights/' }, 'without a slash'],
  [{ credentials: 'the secret' }, 'names of environment variables'],
  [{ endpoint: 'minio:9000' }, 'URL'],
])('refuses %j', (given, why) => {
  const parsed = s3.schema.safeParse({ kind: 's3', bucket: 'models', ...given });
  expect(JSON.stringify(parsed.error?.issues)).toContain(why);
});
