import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Offer } from '../../../../src/core/data.ts';
import type { HookCalls } from '../../../../src/core/ports/hook-calls.ts';
import { s3 } from '../../../../src/data/sources/s3/index.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { createPrograms } from '../../../../src/training/process.ts';
import { type FaultyWay, faultyWay } from '../../../objects/s3/faults.ts';
import { newPrefix, overwrite, type Server } from '../../../objects/s3/servers.ts';
import { flights } from '../../../training/spec.ts';
import { secretOf } from './fixture.ts';

/** The bucket is read without them. */
const noCalls: HookCalls = new Proxy(Object.create(null), {});
const errorOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What the source must do on an unreliable connection, and while its objects change. */
export function s3SourceFaults(name: string, startServer: () => Promise<Server>): void {
  describe(`the source s3 on ${name}`, () => {
    let server: Server;
    let way: FaultyWay;
    let root = '';
    let prefix = '';
    let home = '';

    const look = async (
      settings: Record<string, unknown> = {},
      secret = (variable: string) => secretOf(server, variable),
    ): Promise<Offer> => {
      const { bucket } = server;
      const given = { bucket, prefix, endpoint: way.endpoint, timeout_seconds: 2, ...settings };
      const source = { name: 'lake', ...s3.schema.parse({ kind: 's3', ...given }) };
      const runFolders = createRunFolders(join(root, 'runs'));
      const { signal } = new AbortController();
      return s3.look(source, {
        ...{
          model: { ...flights, folder: root },
          source: 'lake',
          home,
          runFolders,
          signal,
          secret,
        },
        ...{ programs: createPrograms(runFolders), hookCalls: noCalls, now: () => new Date() },
      });
    };
    const put = (file: string, bytes: Uint8Array | undefined) =>
      overwrite(server, `${prefix}/${file}`, bytes);
    /** The bytes of everything offered, by the end of its name. */
    const contents = async ({ files }: Offer) =>
      Object.fromEntries(
        await Promise.all(
          files.map(async ({ name: file, path }) => [
            file.replace(`${home.slice(root.length + 1)}/data/flights/lake/`, ''),
            sha256(await readFile(path)),
          ]),
        ),
      );
    const gets = () => way.seen.filter((one) => /^GET .*\.csv/.test(one)).length;
    const isObject = ({
      method,
      url = '',
    }: {
      method?: string | undefined;
      url?: string | undefined;
    }) => method === 'GET' && url.includes('.csv');

    beforeAll(async () => {
      server = await startServer();
      way = await faultyWay(server.endpoint);
      root = await mkdtemp(join(tmpdir(), 'wheelhouse-lake-'));
    });
    beforeEach(async () => {
      prefix = newPrefix();
      home = await mkdtemp(join(root, 'home-'));
      way.fault(() => undefined);
    });
    afterAll(async () => {
      await way.close();
      await server.close();
      await rm(root, { recursive: true, force: true });
    });

    it('reads each object once, what is written again once more, and keeps nothing that is gone', async () => {
      const [a, b, other] = [randomBytes(900), randomBytes(900), randomBytes(900)];
      await put('a.csv', a);
      await put('2001/b.csv', b);
      expect(await contents(await look())).toEqual({ '2001/b.csv': sha256(b), 'a.csv': sha256(a) });
      const before = gets();
      await look();
      expect(gets()).toBe(before);
      // Of the same size, and within the same second.
      await put('a.csv', other);
      await put('2001/b.csv', undefined);
      expect(await contents(await look())).toEqual({ 'a.csv': sha256(other) });
      expect(gets()).toBe(before + 1);
      expect(await readdir(join(home, 'data/flights/lake'))).toEqual(['.copies.json', 'a.csv']);
    });

    it('reads an object again that is written again while it is read', async () => {
      const [old, fresh] = [randomBytes(400_000), randomBytes(400_000)];
      await put('a.csv', old);
      let left = 1;
      let written: Promise<void> | undefined;
      way.fault((request) => {
        if (!isObject(request) || left === 0) return undefined;
        left -= 1;
        written = put('a.csv', fresh);
        return { cutAnswer: 100_000 };
      });
      await look();
      await written;
      expect(await contents(await look())).toEqual({ 'a.csv': sha256(fresh) });
    });

    it('copies again what somebody else changed in its folder, and follows no link there', async () => {
      const bytes = randomBytes(100);
      await put('a.csv', bytes);
      const { files } = await look();
      await writeFile(files[0]?.path ?? '', 'other bytes');
      expect(await contents(await look())).toEqual({ 'a.csv': sha256(bytes) });
      await symlink(root, join(home, 'data/flights/lake/2001'));
      await put('2001/b.csv', bytes);
      const error = await errorOf(look());
      expect(String(error)).toMatch(/Copying test-.*\/2001\/b\.csv: .*\/2001 is a link\./);
      expect(await readdir(root)).not.toContain('b.csv');
    });

    it.each([{ cutAnswer: 1000 }, 'garble', { answer: 500, code: 'InternalError' }] as const)(
      'reads again what did not arrive: %j',
      async (fault) => {
        const bytes = randomBytes(5000);
        await put('a.csv', bytes);
        let left = 1;
        way.fault((request) => {
          if (!isObject(request) || left === 0) return undefined;
          left -= 1;
          return fault;
        });
        expect(await contents(await look())).toEqual({ 'a.csv': sha256(bytes) });
        expect(left).toBe(0);
      },
    );

    it('keeps what it has copied when another object cannot be read', async () => {
      for (const file of ['a.csv', 'b.csv', 'z.csv']) await put(file, Buffer.from(file));
      way.fault(({ url = '' }) =>
        url.includes('z.csv') ? { answer: 500, code: 'InternalError' } : undefined,
      );
      const error = await errorOf(look({ attempts: 1 }));
      expect(error).toMatchObject({ blame: 'upstream' });
      expect(String(error)).toMatch(
        /Reading test-.*z\.csv in the bucket \w+: the server answered 500/,
      );
      way.fault(() => undefined);
      const before = gets();
      expect((await look()).files).toHaveLength(3);
      expect(gets()).toBe(before + 1);
    });

    it.each([
      ['listed', 'Listing', 's3:ListBucket on arn:aws:s3:::'],
      ['read', 'Reading', 's3:GetObject and s3:ListBucket on arn:aws:s3:::'],
    ])('says which right is missing if it may not be %s', async (refused, doing, right) => {
      await put('a.csv', randomBytes(10));
      way.fault((request) =>
        isObject(request) === (refused === 'read')
          ? { answer: 403, code: 'AccessDenied' }
          : undefined,
      );
      const error = await errorOf(look());
      expect(error).toMatchObject({
        blame: 'user',
        next: expect.stringMatching(new RegExp(`${right}.*docs/data.md#rights`)),
      });
      expect(String(error)).toContain(doing);
      expect(String(error)).toContain('the server refused it with 403');
    });

    it('says that there is no such bucket, that credentials are wrong, or missing', async () => {
      expect(await errorOf(look({ bucket: 'missing-bucket' }))).toMatchObject({
        next: 'Create it, or correct "models.flights.data.lake.bucket".',
      });
      const wrong = await errorOf(
        look({ credentials: 'LAKE' }, (variable) =>
          secretOf(
            variable.includes('SECRET') ? undefined : server,
            variable.replace('LAKE', 'AWS'),
          ),
        ),
      );
      expect(String(wrong)).toContain('does not accept the credentials of this role');
      expect(wrong).toMatchObject({
        next: 'Check LAKE_ACCESS_KEY_ID and LAKE_SECRET_ACCESS_KEY: docs/data.md#credentials.',
      });
      const none = await errorOf(look({ credentials: 'LAKE' }, () => undefined));
      expect(String(none)).toContain('LAKE_ACCESS_KEY_ID is not set, so nothing was looked for.');
    });

    it('waits for a silent server no longer than it should', async () => {
      way.fault(() => 'hang');
      const error = await errorOf(look({ attempts: 1, timeout_seconds: 1 }));
      expect(error).toMatchObject({ blame: 'upstream' });
      expect(String(error)).toMatch(/did not answer in time|not done after/);
    });

    it('leaves out an object that is larger than it may be, and one that became so', async () => {
      await put('a.csv', randomBytes(2000));
      await put('b.csv', randomBytes(10));
      const { files, leftOut } = await look({ max_mb: 0.001 });
      expect(files.map(({ bytes }) => bytes)).toEqual([10]);
      expect(leftOut).toMatchObject([{ bytes: 2000, why: expect.stringContaining('max_mb') }]);
      expect(leftOut?.[0]?.name).toMatch(/data\/flights\/lake\/a\.csv$/);
      await put('b.csv', randomBytes(11));
      let written: Promise<void> | undefined;
      // Small in the listing, and large when it is read.
      way.fault((request) => {
        if (isObject(request) && !written) {
          written = put('b.csv', randomBytes(3000));
          return { answer: 503, code: 'SlowDown' };
        }
        return undefined;
      });
      const again = await look({ max_mb: 0.001 });
      await written;
      expect([...again.files, ...(again.leftOut ?? [])].map(({ bytes }) => bytes)).not.toContain(
        3000,
      );
      const last = await look({ max_mb: 0.001 });
      expect(last.files).toEqual([]);
      expect(last.leftOut).toHaveLength(2);
      expect(await readdir(join(home, 'data/flights/lake'))).toEqual(['.copies.json']);
    });
  });
}
