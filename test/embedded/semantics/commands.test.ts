import { describe, expect, it } from 'vitest';
import { onAnyServer } from '../any-server.ts';

const connection = onAnyServer();

interface Row {
  _id: number;
  n?: number;
  kind?: string;
}

async function rowsIn(name: string, count: number) {
  const rows = connection().collection<Row>(name);
  await rows.insertMany(
    Array.from({ length: count }, (_, _id) => ({
      _id,
      n: _id % 7,
      kind: _id % 2 ? 'odd' : 'even',
    })),
  );
  return rows;
}

describe('embedded/commands', () => {
  it('replaces a document, by an empty one too', async () => {
    const rows = await rowsIn('replaced', 3);
    expect(await rows.replaceOne({ _id: 1 }, { kind: 'new' })).toMatchObject({ modifiedCount: 1 });
    expect(await rows.replaceOne({ _id: 2 }, {})).toMatchObject({ modifiedCount: 1 });
    expect(await rows.replaceOne({ _id: 2 }, {})).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
    expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 0, n: 0, kind: 'even' },
      { _id: 1, kind: 'new' },
      { _id: 2 },
    ]);
    const other = connection()
      .collection<{ _id: unknown }>('replaced')
      .replaceOne({ kind: 'new' }, { _id: 9 });
    await expect(other).rejects.toMatchObject({ code: 66 });
    await rows.replaceOne({ _id: 5, n: 8 }, { kind: 'made' }, { upsert: true });
    expect(await rows.findOne({ _id: 5 })).toEqual({ _id: 5, kind: 'made' });
    const read = await rows.findOneAndReplace({ _id: 5 }, { n: 1 }, { returnDocument: 'after' });
    expect(read).toEqual({ _id: 5, n: 1 });
  });

  it('counts all, some, and a range', async () => {
    const rows = await rowsIn('counted', 30);
    expect(await rows.estimatedDocumentCount()).toBe(30);
    expect(await rows.countDocuments()).toBe(30);
    expect(await rows.countDocuments({ n: 3 })).toBe(4);
    expect(await rows.countDocuments({ n: 99 })).toBe(0);
    expect(await rows.countDocuments({ kind: 'odd' }, { skip: 10, limit: 3 })).toBe(3);
    const count = async (more: object) =>
      (await connection().db?.command({ count: 'counted', ...more }))?.['n'];
    expect(await count({})).toBe(30);
    expect(await count({ query: { n: { $lt: 2 } } })).toBe(10);
    expect(await count({ query: { n: 3 }, limit: 2 })).toBe(2);
    expect(await count({ skip: 28, limit: 5 })).toBe(2);
    expect(await connection().db?.command({ count: 'nothing' })).toMatchObject({ n: 0 });
  });

  it('skips before it limits', async () => {
    const rows = await rowsIn('skipped', 30);
    const page = await rows.find().sort({ _id: -1 }).skip(5).limit(3).toArray();
    expect(page.map(({ _id }) => _id)).toEqual([24, 23, 22]);
    expect(await rows.find().skip(28).toArray()).toHaveLength(2);
    expect(await rows.find({ kind: 'odd' }).skip(99).toArray()).toEqual([]);
  });

  it('supports a time limit', async () => {
    const rows = await rowsIn('timed', 3);
    expect(await rows.find({ n: 1 }).maxTimeMS(60_000).toArray()).toHaveLength(1);
    expect(await rows.countDocuments({}, { maxTimeMS: 60_000 })).toBe(3);
  });

  it('drops an index by its name, its keys, or all of them', async () => {
    const rows = await rowsIn('dropped', 3);
    const names = async () => (await rows.listIndexes().toArray()).map(({ name }) => name);
    await rows.createIndex({ n: 1 }, { unique: true });
    await rows.createIndex({ kind: 1 });
    await rows.createIndex({ kind: 1, n: -1 });
    await expect(rows.insertOne({ _id: 9, n: 1 })).rejects.toMatchObject({ code: 11000 });
    await rows.dropIndex('n_1');
    await rows.insertOne({ _id: 9, n: 1 });
    expect(await names()).toEqual(['_id_', 'kind_1', 'kind_1_n_-1']);
    await connection().db?.command({ dropIndexes: 'dropped', index: { kind: 1 } });
    expect(await names()).toEqual(['_id_', 'kind_1_n_-1']);
    await expect(rows.dropIndex('n_1')).rejects.toMatchObject({ code: 27 });
    await expect(rows.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
    await rows.dropIndexes();
    expect(await names()).toEqual(['_id_']);
    expect(await rows.find({ kind: 'odd' }).toArray()).toHaveLength(1);
  });

  it('refuses one index under two names, and two under one', async () => {
    const rows = await rowsIn('twice', 3);
    await rows.createIndex({ n: 1 }, { name: 'first' });
    await expect(rows.createIndex({ n: 1 }, { name: 'second' })).rejects.toMatchObject({
      code: 85,
    });
    await expect(rows.createIndex({ n: 1 }, { name: 'first', unique: true })).rejects.toMatchObject(
      {
        code: 86,
      },
    );
    await expect(rows.createIndex({ kind: 1 }, { name: 'first' })).rejects.toMatchObject({
      code: 86,
    });
    await rows.createIndex({ n: 1 }, { name: 'first' });
    expect((await rows.listIndexes().toArray()).map(({ name }) => name)).toEqual(['_id_', 'first']);
  });

  it('refuses documents larger than 16 MiB, and stores nothing', async () => {
    const rows = connection().collection<{ _id: number; text?: string; more?: string }>(
      'large-ones',
    );
    const most = 16 * 1024 * 1024;
    const around = 30; // of {_id: int32, text: string}
    await rows.insertOne({ _id: 1, text: 'x'.repeat(most - around) });
    const half = 'y'.repeat(most / 2);
    await rows.insertOne({ _id: 2, text: half });
    const refusal = { code: expect.toSatisfy((code) => [10334, 2, 17419, 17420].includes(code)) };
    const tooLarge = [
      () => rows.updateOne({ _id: 2 }, { $set: { more: half } }),
      () => rows.findOneAndUpdate({ _id: 2 }, { $set: { more: half } }),
      () =>
        rows.findOneAndUpdate({ _id: 3, text: half }, { $set: { more: half } }, { upsert: true }),
    ];
    for (const write of tooLarge) await expect(write()).rejects.toMatchObject(refusal);
    const stored = await rows.find().sort({ _id: 1 }).toArray();
    expect(stored.map(({ _id, text, more }) => [_id, text?.length, more])).toEqual([
      [1, most - around, undefined],
      [2, most / 2, undefined],
    ]);
  });
});
