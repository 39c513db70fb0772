import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObjectCorrupt } from '../../../src/core/object-errors.ts';
import { everything, hashOf } from '../../contracts/object-store.ts';
import { oneOf } from '../../sweep.ts';
import { type FaultyWay, faultyWay } from './faults.ts';
import { newPrefix, openStore, type Server } from './servers.ts';

const errorOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);

/** What an S3 store must do on an unreliable connection. */
export function s3Faults(name: string, startServer: () => Promise<Server>): void {
  describe(`objects/s3 when something goes wrong on the way to ${name}`, () => {
    let server: Server;
    let way: FaultyWay;
    let folder = '';
    const prefix = newPrefix();
    const straight = async () => openStore(server, await newHome(), { prefix });
    const newHome = () => mkdtemp(join(folder, 'process-'));
    const open = async (settings: Record<string, unknown> = {}) =>
      openStore({ ...server, endpoint: way.endpoint }, await newHome(), { prefix, ...settings });
    const fileWith = async (bytes: Uint8Array) => {
      const file = join(folder, hashOf(bytes));
      await writeFile(file, bytes);
      return file;
    };
    const hashes = async () => (await everything(await straight())).map(({ sha256 }) => sha256);

    beforeAll(async () => {
      server = await startServer();
      way = await faultyWay(server.endpoint);
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-faults-'));
    });
    afterAll(async () => {
      await way.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    // Each waits longer and longer, seven seconds in all.
    it.each(oneOf('answer of a busy S3', [500, 503]))(
      'repeats what was answered with %i',
      async (answer) => {
        const bytes = randomBytes(5_300_000);
        const counts = new Map<string, number>();
        way.fault(({ method, url = '' }) => {
          const request = `${method} ${url}`;
          counts.set(request, (counts.get(request) ?? 0) + 1);
          return (counts.get(request) ?? 0) <= 2 ? { answer, code: 'SlowDown' } : undefined;
        });
        const store = await open();
        const { sha256 } = await store.put(await fileWith(bytes));
        const { path } = await store.open(sha256);
        expect((await readFile(path)).equals(bytes)).toBe(true);
        expect(await hashes()).toContain(sha256);
      },
    );

    it('gives up after so many attempts, and says so', async () => {
      way.fault(() => ({ answer: 500, code: 'InternalError' }));
      const seen = way.seen.length;
      const store = await open({ attempts: 2 });
      const error = await errorOf(store.put(await fileWith(randomBytes(10))));
      expect(error).toMatchObject({ blame: 'upstream', next: expect.stringContaining('docs/') });
      expect(String(error)).toMatch(
        /^Unreachable: Looking for \w{64} in the bucket \w+: the server answered 500 .*, so nothing was stored\.$/,
      );
      expect(way.seen.length - seen).toBe(2);
    });

    it.each([
      ['PUT', 's3:PutObject', 'Storing', 'so nothing was stored'],
      ['HEAD', 's3:GetObject and s3:ListBucket', 'Looking for', 'so nothing was stored'],
      ['GET', 's3:GetObject and s3:ListBucket', 'Reading', 'so it was not read'],
      ['DELETE', 's3:DeleteObject', 'Removing', 'so it is still there'],
    ])(
      'says which right is missing where, if %s is refused',
      async (refused, right, doing, without) => {
        const bytes = randomBytes(100);
        const { sha256 } = await (await straight()).put(await fileWith(bytes));
        way.fault(({ method }) =>
          method === refused ? { answer: 403, code: 'AccessDenied' } : undefined,
        );
        const store = await open();
        const other = await fileWith(randomBytes(100));
        const act = { PUT: () => store.put(other), HEAD: () => store.put(other) } as const;
        const work =
          refused === 'GET'
            ? store.open(sha256)
            : refused === 'DELETE'
              ? store.remove(sha256)
              : act[refused === 'PUT' ? 'PUT' : 'HEAD']();
        const error = await errorOf(work);
        expect(error).toMatchObject({ blame: 'user' });
        expect(String(error)).toContain(`${doing} `);
        expect(String(error)).toContain(
          `in the bucket ${server.bucket}: the server refused it with 403`,
        );
        expect(String(error)).toContain(without);
        expect(error).toMatchObject({
          next: expect.stringContaining(`the credentials of this role ${right} on arn:aws:s3:::`),
        });
        expect(error).toMatchObject({
          next: expect.stringContaining(`${server.bucket}/${prefix}/*`),
        });
      },
    );

    it('says that the credentials are wrong, and quotes none of them', async () => {
      way.fault(() => undefined);
      const keys = { ...server.keys, secretAccessKey: 'not the secret at all' };
      const store = await openStore({ ...server, keys }, await newHome(), { prefix });
      // The answer to HEAD has no body, and so no reason.
      const error = await errorOf(everything(store));
      expect(String(error)).toMatch(/does not accept the credentials of this role \(Signature/);
      expect(JSON.stringify(error)).not.toContain('not the secret');
    });

    it.each(['missing-bucket'])('says that there is no bucket %s', async (bucket) => {
      const store = await openStore({ ...server, bucket }, await newHome(), { prefix });
      const error = await errorOf(everything(store));
      expect(String(error)).toContain(`in the bucket ${bucket}: there is no such bucket`);
    });

    it.each([
      ['at once', 200_000],
      ['in parts', 5_300_000],
    ])('shows nothing of an upload %s that broke off', async (_, size) => {
      const bytes = randomBytes(size);
      way.fault(({ method }) => (method === 'PUT' ? { cutRequest: 70_000 } : undefined));
      const store = await open({ attempts: 2, timeout_seconds: 2 });
      const error = await errorOf(store.put(await fileWith(bytes)));
      expect(String(error)).toMatch(/, so nothing was stored\.$/);
      expect(await hashes()).not.toContain(hashOf(bytes));
      way.fault(() => undefined);
      expect(await (await open()).put(await fileWith(bytes))).toMatchObject({ bytes: size });
      await (await (await straight()).open(hashOf(bytes))).close();
    });

    it('has the server refuse bytes that changed on the way', async () => {
      for (const size of [1000, 5_300_000]) {
        const bytes = randomBytes(size);
        way.fault(({ method }) => (method === 'PUT' ? 'garbleRequest' : undefined));
        const error = await errorOf((await open({ attempts: 1 })).put(await fileWith(bytes)));
        expect(String(error)).toMatch(
          /the server answered 400 (XAmzContentSHA256Mismatch|BadDigest)/,
        );
        expect(await hashes()).not.toContain(hashOf(bytes));
      }
    });

    it('reads again what broke off, or came with other bytes', async () => {
      const bytes = randomBytes(3_000_000);
      const { sha256 } = await (await straight()).put(await fileWith(bytes));
      for (const fault of [{ cutAnswer: 1_000_000 }, 'garble'] as const) {
        let left = 1;
        way.fault(({ method }) => {
          if (method !== 'GET' || left === 0) return undefined;
          left -= 1;
          return fault;
        });
        const { path } = await (await open()).open(sha256);
        expect((await readFile(path)).equals(bytes)).toBe(true);
        expect(left).toBe(0);
      }
    });

    it('gives nobody bytes that always come wrong, and keeps none of them', async () => {
      const bytes = randomBytes(1000);
      const { sha256 } = await (await straight()).put(await fileWith(bytes));
      way.fault(({ method }) => (method === 'GET' ? 'garble' : undefined));
      const home = await newHome();
      const store = await openStore({ ...server, endpoint: way.endpoint }, home, { prefix });
      expect(await errorOf(store.open(sha256))).toBeInstanceOf(ObjectCorrupt);
      const left = await readdir(join(home, 'cache'), { recursive: true, withFileTypes: true });
      expect(left.filter((entry) => entry.isFile())).toEqual([]);
    });

    it('waits for a server that is silent no longer than it should', async () => {
      way.fault(() => 'hang');
      const store = await open({ attempts: 2, timeout_seconds: 1 });
      const began = performance.now();
      const error = await errorOf(store.open('0'.repeat(64)));
      expect(String(error)).toMatch(/did not answer in time|was not done after/);
      // Two attempts of one second. Without the setting they would take a minute.
      expect(performance.now() - began).toBeLessThan(50_000);
    });

    it('stops at once with its signal', async () => {
      way.fault(() => 'hang');
      const ending = new AbortController();
      const reading = errorOf((await open()).open('0'.repeat(64), ending.signal));
      setTimeout(() => ending.abort(new Error('the worker ends')), 50);
      expect(String(await reading)).toBe('Error: the worker ends');
    });

    it('leaves no parts of uploads for ever', async () => {
      const bytes = randomBytes(5_300_000);
      way.fault(({ method }) =>
        method === 'PUT' || method === 'DELETE' ? { answer: 403, code: 'AccessDenied' } : undefined,
      );
      await errorOf((await open()).put(await fileWith(bytes)));
      way.fault(() => undefined);
      const store = await open();
      const seen = way.seen.length;
      await store.tidy(new Date(Date.now() + 60_000));
      const removed = way.seen.slice(seen).filter((line) => line.startsWith('DELETE'));
      expect(removed).toHaveLength(1);
      expect(removed[0]).toContain(hashOf(bytes));
      await store.tidy(new Date(Date.now() + 60_000));
      expect(way.seen.filter((line) => line === removed[0])).toHaveLength(2);
    });
  });
}
