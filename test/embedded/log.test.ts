import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Store } from '../../src/embedded/store.ts';
import { folder } from './any-server.ts';

const NS = 'db.docs';

describe('embedded/log', () => {
  let dir: string;
  let path: string;
  beforeEach(async () => {
    dir = await folder();
    path = join(dir, 'store.log');
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function put(store: Store, ...ids: number[]): Promise<void> {
    for (const _id of ids)
      store.write({ op: 'put', ns: NS, doc: { _id, text: `document ${_id}` } });
    await store.settled();
  }

  function ids(store: Store): unknown[] {
    return (store.get(NS)?.all() ?? []).map(({ _id }) => _id);
  }

  /** What a new process finds in the folder. */
  async function reopened<T>(look: (store: Store) => T): Promise<T> {
    const store = await Store.open({ dir });
    try {
      return look(store);
    } finally {
      await store.close();
    }
  }

  it('replays documents, removals, indexes and drops', async () => {
    const store = await Store.open({ dir });
    const spec = { name: 'text_1', key: { text: 1 }, unique: true };
    store.write({ op: 'addIndex', ns: NS, spec });
    store.write({ op: 'create', ns: 'db.empty' });
    store.write({ op: 'create', ns: 'db.dropped' });
    await put(store, 1, 2, 3);
    store.write({ op: 'remove', ns: NS, id: 2 });
    store.write({ op: 'drop', ns: 'db.dropped' });
    await store.close();

    await reopened((again) => {
      expect(ids(again)).toEqual([1, 3]);
      expect(again.names('db').sort()).toEqual(['docs', 'empty']);
      expect(again.get(NS)?.specs()[1]).toMatchObject(spec);
      const twin = { _id: 9, text: 'document 1' };
      expect(() => again.write({ op: 'put', ns: NS, doc: twin })).toThrow(/E11000/);
    });
  });

  it('opens with all but the last record wherever that is cut', async () => {
    const store = await Store.open({ dir });
    await put(store, 1);
    await put(store, 2);
    const { size: before } = await stat(path);
    await put(store, 3);
    await store.close();
    const whole = await readFile(path);
    const complain = vi.spyOn(console, 'error').mockReturnValue();

    for (let length = before; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      expect(await reopened(ids)).toEqual([1, 2]);
      expect((await stat(path)).size).toBe(before);
    }
    await writeFile(path, Buffer.concat([whole.subarray(0, before), Buffer.alloc(64)]));
    expect(await reopened(ids)).toEqual([1, 2]);
    expect(complain).toHaveBeenCalledTimes(whole.length - before);
    complain.mockRestore();

    await writeFile(path, whole);
    expect(await reopened(ids)).toEqual([1, 2, 3]);
  });

  it('goes on after a cut', async () => {
    const store = await Store.open({ dir });
    await put(store, 1);
    await put(store, 2);
    await store.close();
    await writeFile(path, (await readFile(path)).subarray(0, -3));
    const complain = vi.spyOn(console, 'error').mockReturnValue();
    const again = await Store.open({ dir });
    await put(again, 3);
    await again.close();
    expect(complain).toHaveBeenCalledOnce();
    complain.mockRestore();
    expect(await reopened(ids)).toEqual([1, 3]);
  });

  it('says where a log is damaged, whichever byte it is, and leaves it as it is', async () => {
    const store = await Store.open({ dir });
    await put(store, 1);
    const { size: from } = await stat(path);
    await put(store, 2);
    const { size: to } = await stat(path);
    await put(store, 3);
    await store.close();
    const whole = await readFile(path);

    for (let at = from; at < to; at++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x55, at);
      await writeFile(path, damaged);
      await expect(Store.open({ dir })).rejects.toThrow(`${path} is damaged at offset ${from}`);
      expect(await readFile(path)).toEqual(damaged);
    }
  });

  it('compacts, and finds everything again', async () => {
    const store = await Store.open({ dir, compactAfter: 10_000 });
    store.write({ op: 'addIndex', ns: NS, spec: { name: 'text_1', key: { text: 1 } } });
    let largest = 0;
    for (let round = 0; round < 60; round++) {
      await put(store, ...Array.from({ length: 20 }, (_, i) => i));
      largest = Math.max(largest, (await stat(path)).size);
    }
    await store.close();
    // Sixty rounds are some 90 kB; twenty documents are 1.5 kB.
    expect(largest).toBeLessThan(15_000);
    expect(await readdir(dir)).toEqual(['store.log']);
    await reopened((again) => {
      expect(ids(again)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(again.get(NS)?.specs()).toHaveLength(2);
    });
  });

  it('forgets a compaction that a crash cut short', async () => {
    const store = await Store.open({ dir });
    await put(store, 1);
    await store.close();
    await writeFile(`${path}.tmp`, 'half a snapshot');
    expect(await reopened(ids)).toEqual([1]);
    expect(await readdir(dir)).toEqual(['store.log']);
  });

  it('takes back what could not be made durable, and writes no more', async () => {
    let broken = false;
    const store = await Store.open({
      dir,
      sync: async (file) => {
        if (broken) throw new Error('EIO: i/o error, fdatasync');
        await file.datasync();
      },
    });
    store.write({ op: 'addIndex', ns: NS, spec: { name: 't', key: { text: 1 }, unique: true } });
    await put(store, 1, 2);
    broken = true;
    store.write({ op: 'put', ns: NS, doc: { _id: 1, text: 'document 4' } });
    store.write({ op: 'remove', ns: NS, id: 2 });
    store.write({ op: 'create', ns: 'db.other' });
    const first = store.settled();
    const outcomes = await Promise.allSettled([first, put(store, 3), store.settled()]);
    broken = false;

    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    await expect(first).rejects.toThrow(/EIO.*taken back.*restart/);
    await expect(put(store, 5)).rejects.toThrow(/taken back/);
    expect(store.names('db')).toEqual(['docs']);
    expect(store.get(NS)?.find({ text: 'document 1' })).toHaveLength(1);
    expect(store.get(NS)?.find({ text: 'document 2' })).toHaveLength(1);
    expect(store.get(NS)?.size).toBe(2);
    await store.close();
    expect(await reopened(ids)).toEqual([1, 2]);
  });
});
