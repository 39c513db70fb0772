import fs from 'node:fs';
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
    return store
      .get(NS)
      .find({})
      .map(({ _id }) => _id);
  }

  /** What a new process finds in the folder. */
  function reopened<T>(look: (store: Store) => T): T {
    return look(new Store(dir));
  }

  it('replays documents, removals, indexes and drops', async () => {
    const store = new Store(dir);
    const spec = { name: 'text_1', key: { text: 1 }, unique: true } as const;
    store.write({ op: 'index', ns: NS, spec });
    store.write({ op: 'index', ns: 'db.empty', spec });
    store.write({ op: 'index', ns: 'db.dropped', spec });
    await put(store, 1, 2, 3);
    store.write({ op: 'remove', ns: NS, id: 2 });
    store.write({ op: 'drop', ns: 'db.dropped' });
    await store.settled();

    reopened((again) => {
      expect(ids(again)).toEqual([1, 3]);
      expect(again.names('db').sort()).toEqual(['docs', 'empty']);
      expect(again.get(NS).specs.get('text_1')).toEqual(spec);
      const twin = { _id: 9, text: 'document 1' };
      expect(() => again.write({ op: 'put', ns: NS, doc: twin })).toThrow(/E11000/);
    });
  });

  it('opens with all but the last record, wherever that is cut', async () => {
    const store = new Store(dir);
    await put(store, 1);
    await put(store, 2);
    const { size: before } = await stat(path);
    await put(store, 3);
    await store.settled();
    const whole = await readFile(path);
    const complain = vi.spyOn(console, 'error').mockReturnValue();

    for (let length = before; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      expect(reopened(ids)).toEqual([1, 2]);
      expect((await stat(path)).size).toBe(before);
    }
    await writeFile(path, Buffer.concat([whole.subarray(0, before), Buffer.alloc(64)]));
    expect(reopened(ids)).toEqual([1, 2]);
    expect(complain).toHaveBeenCalledTimes(whole.length - before);
    complain.mockRestore();

    await writeFile(path, whole);
    expect(reopened(ids)).toEqual([1, 2, 3]);
  });

  it('continues after a cut', async () => {
    const store = new Store(dir);
    await put(store, 1);
    await put(store, 2);
    await store.settled();
    await writeFile(path, (await readFile(path)).subarray(0, -3));
    const complain = vi.spyOn(console, 'error').mockReturnValue();
    const again = new Store(dir);
    await put(again, 3);
    expect(complain).toHaveBeenCalledOnce();
    complain.mockRestore();
    expect(reopened(ids)).toEqual([1, 3]);
  });

  it('reports where a log is damaged, whichever byte it is, and does not change it', async () => {
    const store = new Store(dir);
    await put(store, 1);
    const { size: from } = await stat(path);
    await put(store, 2);
    const { size: to } = await stat(path);
    await put(store, 3);
    await store.settled();
    const whole = await readFile(path);

    for (let at = from; at < to; at++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x55, at);
      await writeFile(path, damaged);
      expect(() => new Store(dir)).toThrow(`${path} is damaged at offset ${from}`);
      expect(await readFile(path)).toEqual(damaged);
    }
  });

  it('compacts without losing anything', async () => {
    const store = new Store(dir);
    store.write({ op: 'index', ns: NS, spec: { name: 'n_1', key: { n: 1 } } });
    const text = 'x'.repeat(50_000);
    let largest = 0;
    for (let n = 0; n < 20; n++) {
      for (let _id = 0; _id < 20; _id++) store.write({ op: 'put', ns: NS, doc: { _id, n, text } });
      await store.settled();
      largest = Math.max(largest, (await stat(path)).size);
    }
    // Twenty rounds are about 20 MB, twenty documents 1 MB.
    expect(largest).toBeLessThan(6_000_000);
    expect(await readdir(dir)).toEqual(['store.log']);
    reopened((again) => {
      expect(ids(again)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(again.get(NS).find({ n: 19 })).toHaveLength(20);
      expect([...again.get(NS).specs.keys()]).toEqual(['_id_', 'n_1']);
    });
  });

  it('discards a compaction that a crash interrupted', async () => {
    const store = new Store(dir);
    await put(store, 1);
    await store.settled();
    await writeFile(`${path}.tmp`, 'half a snapshot');
    expect(reopened(ids)).toEqual([1]);
    expect(await readdir(dir)).toEqual(['store.log']);
  });

  it('rolls back what could not be made durable, and stops writing', async () => {
    const store = new Store(dir);
    store.write({ op: 'index', ns: NS, spec: { name: 't', key: { text: 1 }, unique: true } });
    await put(store, 1, 2);
    const sync = vi.spyOn(fs, 'fdatasyncSync').mockImplementation(() => {
      throw new Error('EIO: i/o error, fdatasync');
    });
    store.write({ op: 'put', ns: NS, doc: { _id: 1, text: 'document 4' } });
    store.write({ op: 'remove', ns: NS, id: 2 });
    store.write({ op: 'index', ns: 'db.other', spec: { name: 'n', key: { n: 1 } } });
    const first = store.settled();
    const outcomes = await Promise.allSettled([first, put(store, 3), store.settled()]);
    sync.mockRestore();

    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    await expect(first).rejects.toThrow(/EIO.*taken back.*restart/);
    await expect(put(store, 5)).rejects.toThrow(/taken back/);
    expect(store.names('db')).toEqual(['docs']);
    expect(store.get(NS).find({ text: 'document 1' })).toHaveLength(1);
    expect(store.get(NS).find({ text: 'document 2' })).toHaveLength(1);
    expect(ids(store)).toEqual([1, 2]);
    expect(reopened(ids)).toEqual([1, 2]);
  });
});
