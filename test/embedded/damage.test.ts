import fs from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Binary, serialize } from 'bson';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { frame, OPENING } from '../../src/embedded/frames.ts';
import { Store } from '../../src/embedded/store.ts';
import { playsExpensive } from '../sweep.ts';
import { folder } from './any-server.ts';

const NS = 'db.docs';

describe('embedded/damage', () => {
  let dir: string;
  let path: string;
  beforeEach(async () => {
    dir = await folder();
    path = join(dir, 'store.log');
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(dir, { recursive: true });
  });

  async function put(store: Store, ...ids: number[]): Promise<void> {
    for (const _id of ids)
      store.write({ op: 'put', ns: NS, doc: { _id, text: `document ${_id}` } });
    await store.settled();
  }
  const ids = (store: Store) =>
    store
      .get(NS)
      .find({})
      .map(({ _id }) => _id);

  it.each<[string, string, RegExp]>([
    ['a foreign file', 'Dear diary, today I was in the wrong folder.', /is no log .*offset 0/],
    ['a binary file', '\x00\x01\x02\x7fELF', /is no log .*offset 0/],
    ['a later format', 'wheelhouse log 3\nwhatever follows', /another version .*offset 0/],
  ])('refuses %s, names it, and leaves it as it is', async (_, text, words) => {
    await writeFile(path, text);
    expect(() => new Store(dir)).toThrow(words);
    expect(() => new Store(dir)).toThrow(path);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(dir)).toEqual(['store.log']);
  });

  it('distinguishes a flipped bit in the last acknowledged write from an incomplete write', async () => {
    const store = new Store(dir);
    await put(store, 1);
    const { size: from } = await stat(path);
    await put(store, 2);
    const whole = await readFile(path);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
      await writeFile(path, damaged);
      const where = at < OPENING.length ? 0 : at < from ? OPENING.length : from;
      expect(() => new Store(dir)).toThrow(`at offset ${where}`);
      expect(await readFile(path)).toEqual(damaged);
    }
  });

  it('opens a file that grew but whose last bytes never reached the disk', async () => {
    const complain = vi.spyOn(console, 'error').mockReturnValue();
    const store = new Store(dir);
    await put(store, 1);
    const { size: from } = await stat(path);
    await put(store, 2);
    const whole = await readFile(path);
    for (let at = from; at < whole.length - 4; at++) {
      await writeFile(path, Buffer.from(whole).fill(0, at));
      expect(ids(new Store(dir))).toEqual([1]);
    }
    expect(complain).toHaveBeenCalledTimes(whole.length - 4 - from);
  });

  it('keeps the bytes that it cuts off', async () => {
    const complain = vi.spyOn(console, 'error').mockReturnValue();
    const store = new Store(dir);
    await put(store, 1);
    const { size: end } = await stat(path);
    await put(store, 2);
    const torn = (await readFile(path)).subarray(0, -5);
    await writeFile(path, torn);
    expect(ids(new Store(dir))).toEqual([1]);
    const kept = (await readdir(dir)).filter((name) => name !== 'store.log');
    expect(kept).toHaveLength(1);
    expect(await readFile(join(dir, kept[0] ?? ''))).toEqual(torn.subarray(end));
    expect(complain.mock.calls.flat().join()).toContain(kept[0]);
  });

  it('reads logs of the first format, continues them, and detects incomplete ends', async () => {
    const complain = vi.spyOn(console, 'error').mockReturnValue();
    const old = (_id: number) => oldFrame({ op: 'put', ns: NS, doc: { _id, text: `old ${_id}` } });
    const three = Buffer.concat([old(1), old(2), old(3)]);
    await writeFile(path, three);
    const store = new Store(dir);
    await put(store, 4);
    expect(ids(new Store(dir))).toEqual([1, 2, 3, 4]);

    for (const cut of [1, 7, 20]) {
      await writeFile(path, three.subarray(0, -cut));
      expect(ids(new Store(dir))).toEqual([1, 2]);
    }
    expect(complain).toHaveBeenCalledTimes(3);
    for (const at of [0, 5, 9, 20, old(1).length + 5, three.length - 5]) {
      const damaged = Buffer.from(three);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
      await writeFile(path, damaged);
      expect(() => new Store(dir)).toThrow(/at offset \d+/);
      expect(await readFile(path)).toEqual(damaged);
    }
  });

  const isHuge = playsExpensive('log of more than 2 GiB');
  it.runIf(isHuge)('opens a log of more than 2 GiB', async () => {
    // Zeros that the file system need not store, so that the test fits on any disk.
    const blob = new Binary(Buffer.alloc(15 * 1024 * 1024));
    const big = frame([serialize({ op: 'put', ns: NS, doc: { _id: 1, blob } })]);
    const [head, tail] = [big.subarray(0, 256), big.subarray(-256)];
    const file = fs.openSync(path, 'w');
    fs.writeSync(file, OPENING);
    let end = OPENING.length;
    for (; end <= 2 ** 31; end += big.length) {
      fs.writeSync(file, head, 0, head.length, end);
      fs.writeSync(file, tail, 0, tail.length, end + big.length - tail.length);
    }
    const last = frame([serialize({ op: 'put', ns: NS, doc: { _id: 2 } })]);
    fs.writeSync(file, last, 0, last.length, end);
    fs.closeSync(file);
    const { size } = await stat(path);
    const store = new Store(dir);
    expect(ids(store)).toEqual([1, 2]);
    store.write({ op: 'remove', ns: NS, id: 1 });
    await store.settled();
    // What it added, at the end of a short log: reading the long one again takes as long as the rest of the file.
    const added = Buffer.alloc((await stat(path)).size - size);
    const reread = fs.openSync(path, 'r');
    fs.readSync(reread, added, 0, added.length, size);
    fs.closeSync(reread);
    const short = [1, 2].map((_id) => frame([serialize({ op: 'put', ns: NS, doc: { _id } })]));
    await writeFile(path, Buffer.concat([OPENING, ...short, added]));
    expect(ids(new Store(dir))).toEqual([2]);
  });

  it('continues after a failed compaction, and compacts when it can', async () => {
    const complain = vi.spyOn(console, 'error').mockReturnValue();
    const store = new Store(dir);
    const text = 'x'.repeat(500_000);
    const write = async (n: number) => {
      store.write({ op: 'put', ns: NS, doc: { _id: 1, n, text } });
      await store.settled();
    };
    fs.mkdirSync(`${path}.tmp`); // in the way of the snapshot
    for (let n = 0; n < 12; n++) await write(n);
    expect((await stat(path)).size).toBeGreaterThan(5_000_000);
    expect(complain.mock.calls.flat().join()).toMatch(/compacting .*stays as it is/);
    fs.rmdirSync(`${path}.tmp`);
    for (let n = 12; n < 20; n++) await write(n);
    expect((await stat(path)).size).toBeLessThan(5_000_000);
    expect(await readdir(dir)).toEqual(['store.log']);
    expect(new Store(dir).get(NS).find({})).toEqual([{ _id: 1, n: 19, text }]);
  });

  it('refuses a document over 16 MiB before anything is written', async () => {
    const store = new Store(dir);
    await put(store, 1);
    const before = await readFile(path);
    const doc = { _id: 2, text: 'x'.repeat(16 * 1024 * 1024) };
    expect(() => store.write({ op: 'put', ns: NS, doc })).toThrow(
      expect.objectContaining({ reply: expect.objectContaining({ code: 10334 }) }),
    );
    await store.settled();
    expect(ids(store)).toEqual([1]);
    expect(await readFile(path)).toEqual(before);
  });
});

/** As the first release wrote them. */
function oldFrame(change: object): Buffer {
  const payload = serialize(change);
  const bytes = Buffer.concat([Buffer.from('WHL1'), Buffer.alloc(8), payload]);
  bytes.writeUInt32LE(payload.length, 4);
  bytes.writeUInt32LE(crc32(payload, crc32(bytes.subarray(4, 8))), 8);
  return bytes;
}
