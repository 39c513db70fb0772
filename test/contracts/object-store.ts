import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotFound } from '../../src/core/errors.ts';
import { ObjectCorrupt } from '../../src/core/object-errors.ts';
import type { ListedObject, ObjectStore } from '../../src/core/ports/objects.ts';

interface Place {
  /** The store as another process opens it, with an empty cache. */
  open(): Promise<ObjectStore>;
  /** Other bytes of the same length under the name of an object. */
  damage(sha256: string): Promise<void>;
  /** What a program of somebody else reads at an address that the store gives; undefined if it gives none. */
  readAt?(uri: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export async function everything(store: ObjectStore): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for await (const object of store.list()) all.push(object);
  return all;
}

/** Names that escape the folder, or are almost valid. */
const HOSTILE = [
  ...['', '.', '../../etc/passwd', '..%2f..%2fowner', 'owner', '/etc/passwd', 'a'.repeat(63)],
  ...['A'.repeat(64), `${'a'.repeat(64)}\n`, `${'a'.repeat(62)}/.`, `\0${'a'.repeat(63)}`],
];

/** What every object store must do. @param open a new location, in that folder if it needs one */
export function objectStoreContract(name: string, open: (folder: string) => Promise<Place>): void {
  describe(`object store ${name}`, () => {
    let folder = '';
    let place: Place;
    let store: ObjectStore;
    let count = 0;
    const fileWith = async (bytes: Uint8Array) => {
      count += 1;
      const file = join(folder, `file-${count}`);
      await writeFile(file, bytes);
      return file;
    };
    const stored = async (bytes: Uint8Array) => store.put(await fileWith(bytes));
    const bytesOf = async (sha256: string, from: ObjectStore) => {
      const { path, close } = await from.open(sha256);
      return readFile(path).finally(close);
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-objects-'));
      place = await open(folder);
      store = await place.open();
    });
    afterAll(async () => {
      await place.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('gives an address at which others read an object, if they can', async () => {
      const bytes = randomBytes(1000);
      const { sha256 } = await stored(bytes);
      const uri = store.uriOf?.(sha256);
      expect(uri !== undefined).toBe(place.readAt !== undefined);
      if (uri !== undefined) expect(await place.readAt?.(uri)).toEqual(new Uint8Array(bytes));
    });

    it.each([0, 1, 100_000, 5_300_000])('keeps a file of %i bytes', async (size) => {
      const bytes = randomBytes(size);
      expect(await stored(bytes)).toEqual({ sha256: hashOf(bytes), bytes: size });
      const other = await place.open();
      expect((await bytesOf(hashOf(bytes), other)).equals(bytes)).toBe(true);
      const [listed] = (await everything(other)).filter(({ sha256 }) => sha256 === hashOf(bytes));
      expect(listed?.bytes).toBe(size);
      expect(Math.abs(Date.now() - (listed?.at.getTime() ?? 0))).toBeLessThan(60_000);
    });

    it('keeps one when many store the same at once', async () => {
      const bytes = randomBytes(5_300_000);
      const stores = [store, await place.open(), await place.open()];
      const file = await fileWith(bytes);
      await Promise.all([...stores, ...stores].map((one) => one.put(file)));
      const listed = (await everything(store)).filter(({ sha256 }) => sha256 === hashOf(bytes));
      expect(listed).toHaveLength(1);
      expect((await bytesOf(hashOf(bytes), await place.open())).equals(bytes)).toBe(true);
    });

    it('refuses wrong bytes, and is repaired by storing them again', async () => {
      const bytes = randomBytes(50_000);
      const { sha256 } = await stored(bytes);
      await place.damage(sha256);
      const error = await (await place.open()).open(sha256).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ObjectCorrupt);
      expect(String(error)).toContain(sha256);
      await (await place.open()).put(await fileWith(bytes));
      expect((await bytesOf(sha256, await place.open())).equals(bytes)).toBe(true);
    });

    it('does not find what was never stored', async () => {
      const error = await store.open('0'.repeat(64)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(NotFound);
      expect(String(error)).toContain(`is not in ${store.place}`);
    });

    it.each(HOSTILE)('takes %j for no object', async (key) => {
      const before = await everything(store);
      await expect(store.open(key)).rejects.toThrow(NotFound);
      await expect((async () => store.remove(key))()).rejects.toThrow(NotFound);
      expect(await everything(store)).toEqual(before);
    });

    it('removes one, however often, and not the others', async () => {
      const [gone, kept] = [await stored(randomBytes(10)), await stored(randomBytes(10))];
      for (const _ of [1, 2]) await store.remove(gone.sha256);
      const other = await place.open();
      await expect(other.open(gone.sha256)).rejects.toThrow(NotFound);
      await (await other.open(kept.sha256)).close();
    });

    it('stores nothing if it is told to stop', async () => {
      const bytes = randomBytes(5_300_000);
      const stop = AbortSignal.abort(new Error('the worker ends'));
      await expect(store.put(await fileWith(bytes), stop)).rejects.toThrow(/the worker ends|abort/);
      const hashes = (await everything(store)).map(({ sha256 }) => sha256);
      expect(hashes).not.toContain(hashOf(bytes));
    });

    it('belongs to whoever claims it first', async () => {
      const owners = ['registry-1', 'registry-2', 'registry-3'];
      const stores = await Promise.all(owners.map(() => place.open()));
      const found = await Promise.all(stores.map((one, at) => one.claim(owners[at] ?? '')));
      expect(new Set(found).size).toBe(1);
      expect(owners).toContain(found[0]);
      expect(await store.claim('registry-4')).toBe(found[0]);
      const hashes = (await everything(store)).map(({ sha256 }) => sha256);
      expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
    });

    it('keeps every object when it is tidied', async () => {
      const before = await everything(store);
      await store.tidy(new Date(Date.now() + 60_000));
      expect(await everything(store)).toEqual(before);
    });

    describe('signed requests', () => {
      const signed = () => store.signed;

      it('give the bytes to whoever has no credentials, until they expire', async (test) => {
        const access = signed() ?? test.skip();
        const bytes = randomBytes(1000);
        const { sha256 } = await stored(bytes);
        const asked = Date.now();
        const { url, headers, expires } = await access.get(sha256, 60);
        const answer = await fetch(url, { headers });
        expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
        expect(expires.getTime()).toBeGreaterThan(asked + 50_000);
        expect((await fetch(url.replace(sha256, '0'.repeat(64)))).status).toBe(403);
        expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
        const soon = await access.get(sha256, 1);
        await expect
          .poll(async () => (await fetch(soon.url)).status, { timeout: 60_000, interval: 200 })
          .toBe(403);
      });

      it('take bytes into a slot, which is not an object', async (test) => {
        const access = signed() ?? test.skip();
        const bytes = randomBytes(2000);
        const { url, headers, method } = await access.put('run-1/1/model', 60);
        const { status } = await fetch(url, { method, headers, body: bytes });
        expect(status).toBe(200);
        const hashes = (await everything(store)).map(({ sha256 }) => sha256);
        expect(hashes).not.toContain(hashOf(bytes));
        const file = join(folder, 'taken');
        const taken = await (await place.open()).signed?.take('run-1/1/model', file);
        expect(taken).toEqual({ sha256: hashOf(bytes), bytes: 2000 });
        expect((await readFile(file)).equals(bytes)).toBe(true);
        for (const _ of [1, 2]) await access.discard('run-1');
        const again = access.take('run-1/1/model', join(folder, 'again'));
        await expect(again).rejects.toThrow(/nothing was put into run-1\/1\/model/);
      });

      it.each(['', '..', 'run/../owner', 'run//x', '/run', 'run/', 'a b', 'ü', '%2e%2e/x'])(
        'take %j for no slot',
        async (slot) => {
          const access = signed();
          if (!access) return;
          await expect(access.put(slot, 60)).rejects.toThrow(/cannot name a slot/);
          await expect(access.take(slot, join(folder, 'no'))).rejects.toThrow(/cannot name/);
          await expect(access.discard(slot)).rejects.toThrow(/cannot name a slot/);
        },
      );
    });
  });
}
