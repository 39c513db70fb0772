import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../src/core/ports/objects.ts';
import type { StorageRecords } from '../../src/core/ports/storage.ts';
import { fileIn } from '../../src/objects/files.ts';
import { createFolderStore } from '../../src/objects/folder/store.ts';
import { guarded } from '../../src/objects/guarded.ts';
import { examine, sweep } from '../../src/objects/sweep.ts';
import { inJson, inText } from '../../src/wiring/storage/words.ts';
import { everything } from '../contracts/object-store.ts';
import { openLibrary } from '../registry/server.ts';

const DAY = 86_400_000;
const KEEP = 30;

describe('objects/sweep', async () => {
  const library = await openLibrary();
  const { clock, registry } = library;
  const { storage: records } = registry;
  const root = await mkdtemp(join(tmpdir(), 'sweep-'));
  let dir = '';
  let objects: ObjectStore;
  let count = 0;
  afterAll(async () => {
    await library.close();
    await rm(root, { recursive: true, force: true });
  });
  beforeEach(async () => {
    dir = await mkdtemp(join(root, 'store-'));
    objects = createFolderStore(dir);
  });

  const days = (n: number) => clock.forward((n * DAY) / 1000);
  /** An object of that age by the test's clock. */
  async function stored(ageDays = 0, text?: string): Promise<string> {
    count += 1;
    const file = join(root, `file-${count}`);
    await writeFile(file, text ?? `object ${count}`);
    const { sha256 } = await objects.put(file);
    const at = new Date(clock.now().getTime() - ageDays * DAY);
    await utimes(fileIn(dir, sha256), at, at);
    return sha256;
  }
  const order = (over: Partial<Parameters<typeof sweep>[0]> = {}) => ({
    ...{ objects, records, clock, keepDays: KEEP },
    ...over,
  });
  const hashes = async () => (await everything(objects)).map(({ sha256 }) => sha256).toSorted();
  const versionWith = async (sha256: string, dataset: string) => {
    const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
    await registry.versions.register({
      ...{ model: 'flights', run: `run-${sha256.slice(0, 8)}`, artifact: { sha256, bytes: 1 } },
      ...{ parameters: {}, reported: {}, code: { revision: 'r', dirty: false }, runtime: {} },
      dataset: { window, sha256: dataset, rows: 1 },
      createdBy: 'dev',
    });
  };

  it('removes what nothing refers to, a day after it was marked, and nothing else', async () => {
    const [artifact, dataset, orphan, young] = [
      await stored(100),
      await stored(100),
      await stored(31),
      await stored(29),
    ];
    await versionWith(artifact, dataset);
    expect(await sweep(order())).toEqual({ marked: 1, removed: 0, bytes: 0 });
    expect(await hashes()).toContain(orphan);
    expect((await examine(order())).find(({ sha256 }) => sha256 === orphan)).toMatchObject({
      ...{ usedBy: [], removedAt: new Date(clock.now().getTime() + DAY) },
    });
    days(0.5);
    expect((await sweep(order())).removed).toBe(0);
    days(0.5);
    expect((await sweep(order())).removed).toBe(1);
    expect(await hashes()).toEqual([artifact, dataset, young].toSorted());
    days(200);
    await sweep(order());
    days(2);
    await sweep(order());
    expect(await hashes()).toEqual([artifact, dataset].toSorted());
  });

  it('keeps what a ticket, a request or a shared file names, also in a signed envelope', async () => {
    const [inTicket, inFile] = [await stored(100), await stored(100)];
    const payload = Buffer.from(JSON.stringify({ subject: { sha256: inTicket } })).toString(
      'base64',
    );
    await (await library.connect()).collection('tickets').insertOne({ envelope: { payload } });
    await registry.sharedFiles.put({
      space: 'runs/run-1',
      name: 'a.txt',
      sha256: inFile,
      bytes: 1,
    });
    await sweep(order());
    days(2);
    expect((await sweep(order())).removed).toBe(0);
    expect(await hashes()).toEqual([inTicket, inFile].toSorted());
    const used = await examine(order());
    expect(used.find(({ sha256 }) => sha256 === inTicket)?.usedBy).toEqual(['tickets']);
    expect(used.find(({ sha256 }) => sha256 === inFile)?.usedBy).toEqual(['shared_files']);
  });

  it('keeps a marked object that is used again, or stored again', async () => {
    const [again, renewed] = [await stored(40), await stored(40, 'the same bytes')];
    await sweep(order());
    expect(await records.marks()).toHaveLength(2);
    await registry.sharedFiles.put({ space: 'runs/run-2', name: 'a.txt', sha256: again, bytes: 1 });
    const file = join(root, 'renewed');
    await writeFile(file, 'the same bytes');
    await guarded(objects, records).put(file);
    // By the test's clock, which the disk does not know.
    await utimes(fileIn(dir, renewed), clock.now(), clock.now());
    days(2);
    expect((await sweep(order())).removed).toBe(0);
    expect(await hashes()).toEqual([again, renewed].toSorted());
    expect(await records.marks()).toEqual([]);
  });

  it('never removes what a training stores while it sweeps, wherever the two meet', async () => {
    for (const moment of ['claimed', 'examined', 'confirmed', 'removed'] as const) {
      const text = `met when ${moment}`;
      const sha256 = await stored(40, text);
      await sweep(order());
      days(2);
      const file = join(root, `training-${moment}`);
      await writeFile(file, text);
      let storing: Promise<unknown> = Promise.resolve();
      const meet = async (at: typeof moment) => {
        if (at !== moment) return;
        storing = guarded(objects, records).put(file);
        // As far as it gets without help.
        await new Promise((resolve) => setTimeout(resolve, 100));
      };
      const watched: StorageRecords = {
        ...records,
        async claim(hash, before) {
          const claimed = await records.claim(hash, before);
          await meet('claimed');
          return claimed;
        },
        async *references(signal) {
          yield* records.references(signal);
          await meet('examined');
        },
        async confirm(hash, claimed) {
          const holds = await records.confirm(hash, claimed);
          await meet('confirmed');
          return holds;
        },
      };
      const store: ObjectStore = {
        ...objects,
        async remove(hash) {
          await objects.remove(hash);
          await meet('removed');
        },
      };
      await sweep(order({ objects: store, records: watched }));
      await storing;
      expect(await hashes(), moment).toContain(sha256);
      expect(await records.marks(), moment).toEqual([]);
      await objects.remove(sha256);
    }
  });

  it('goes on where another sweep was killed, and two at once do no harm', async () => {
    const [one, other, kept] = [await stored(40), await stored(40), await stored(1)];
    await sweep(order());
    days(2);
    const dying: ObjectStore = {
      ...objects,
      remove: () => Promise.reject(new Error('killed')),
    };
    await expect(sweep(order({ objects: dying }))).rejects.toThrow('killed');
    // Its claims are taken over once it is certainly gone.
    expect((await sweep(order())).removed).toBe(0);
    days(0.01);
    const both = await Promise.all([sweep(order()), sweep(order())]);
    expect(both.reduce((sum, { removed }) => sum + removed, 0)).toBe(2);
    expect(await hashes()).toEqual([kept]);
    expect([one, other]).not.toContain(kept);
    // One may have marked what the other had just removed; the next sweep that finds such a mark due removes it.
    days(1);
    await sweep(order());
    expect(await records.marks()).toEqual([]);
  });

  it('lets a training go on whose object was claimed by a sweep that died', async () => {
    const sha256 = await stored(40, 'claimed by the dead');
    await sweep(order());
    days(2);
    expect(await records.claim(sha256, clock.now())).toBeDefined();
    days(0.01);
    const file = join(root, 'claimed');
    await writeFile(file, 'claimed by the dead');
    await guarded(objects, records).put(file);
    expect(await records.marks()).toEqual([]);
    await sweep(order());
    expect(await hashes()).toContain(sha256);
  });

  it('touches nothing that belongs to another registry', async () => {
    const theirs = await stored(100);
    await objects.claim('another registry');
    await expect(sweep(order())).rejects.toThrow(/belong to another registry, so none was removed/);
    expect(await records.marks()).toEqual([]);
    expect(await hashes()).toEqual([theirs]);
  });

  it('says what uses what, and what would go when', async () => {
    const [used, unused] = [await stored(3), await stored(100)];
    await registry.sharedFiles.put({ space: 'runs/run-3', name: 'b.txt', sha256: used, bytes: 1 });
    const about = { place: dir, keepDays: KEEP, remove: false, found: await examine(order()) };
    const text = inText(about);
    expect(text).toContain('2 objects');
    expect(text).toMatch(/shared_files +1/);
    expect(text).toMatch(new RegExp(`${unused} .*could go `));
    expect(text).toContain('"objects.remove" is false');
    const json: unknown = JSON.parse(inJson(about));
    expect(json).toMatchObject({ objects: 2, remove: false, unused: [{ sha256: unused }] });
  });
});
