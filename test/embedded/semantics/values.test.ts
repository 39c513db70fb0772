import type { Document } from 'bson';
import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { onAnyServer } from '../any-server.ts';

const { BSON, Double, Int32, Long, Decimal128, MaxKey, MinKey, ObjectId, Timestamp, Binary } =
  mongoose.mongo;
const connection = onAnyServer();

interface Row {
  _id: number;
  v?: unknown;
}

/** A collection with these values, by their indexes in the list; undefined is a missing field. */
async function holding(name: string, values: readonly unknown[]) {
  const rows = connection().collection<Row>(name);
  await rows.deleteMany({});
  await rows.insertMany(
    values.map((v, _id) => ({ _id, ...(v !== undefined && { v }) })),
    { ignoreUndefined: true },
  );
  return rows;
}

/** The driver's types do not allow fields with unknown numbers. */
function incremented(v: unknown): Document {
  return { $inc: { v } };
}

async function ids(found: { toArray(): Promise<{ _id: number }[]> }): Promise<number[]> {
  return (await found.toArray()).map(({ _id }) => _id);
}

describe('embedded/values', () => {
  it('returns the types that were stored', async () => {
    const document = {
      _id: 1,
      int: new Int32(3),
      whole: new Double(3),
      negativeZero: new Double(-0),
      huge: new Double(2 ** 31),
      fraction: 0.5,
      small: Long.fromNumber(5),
      large: Long.MAX_VALUE,
      inside: { list: [new Double(1), Long.fromNumber(2), { deep: new Double(0) }] },
    };
    const rows = connection().collection<{ _id: number }>('types-kept');
    await rows.insertOne(document);
    await rows.updateOne({ _id: 1 }, { $set: { later: new Double(7) } });
    const read = await rows.findOne({ _id: 1 }, { promoteValues: false });
    expect(BSON.EJSON.stringify(read, { relaxed: false })).toBe(
      BSON.EJSON.stringify(
        { ...document, _id: new Int32(1), later: new Double(7) },
        { relaxed: false },
      ),
    );
  });

  it('adds without changing the type, and widens an int32 that overflows', async () => {
    const values = [new Double(1), Long.fromNumber(1), 1, 2 ** 31 - 1, new Double(0.5), 1];
    const rows = await holding('types-added', values);
    const by = [1, 1, 1, 1, new Double(0.5), Long.fromNumber(1)];
    for (const [_id, v] of by.entries()) await rows.updateOne({ _id }, incremented(v));
    const read = await rows.find({}, { promoteValues: false }).sort({ _id: 1 }).toArray();
    expect(read.map(({ v }) => BSON.EJSON.serialize(v, { relaxed: false }))).toEqual([
      { $numberDouble: '2.0' },
      { $numberLong: '2' },
      { $numberInt: '2' },
      { $numberLong: '2147483648' },
      { $numberDouble: '1.0' },
      { $numberLong: '2' },
    ]);
    await rows.updateOne({ _id: 1 }, { $set: { v: Long.MAX_VALUE } });
    await expect(rows.updateOne({ _id: 1 }, incremented(1))).rejects.toThrow();
  });

  it('compares numbers by value, whatever their type', async () => {
    const exact = Long.fromString('9007199254740993'); // the double beside it is one less
    const values = [1, new Double(1), Long.fromNumber(1), Decimal128.fromString('1.0'), 2, exact];
    const rows = await holding('numbers', values);
    const sorted = { _id: 1 } as const;
    expect(await ids(rows.find({ v: 1 }).sort(sorted))).toEqual([0, 1, 2, 3]);
    expect(await ids(rows.find({ v: { $gt: 1 } }).sort(sorted))).toEqual([4, 5]);
    expect(await ids(rows.find({ v: { $gt: new Double(2 ** 53) } }).sort(sorted))).toEqual([5]);
    expect(await ids(rows.find({ v: Decimal128.fromString('9007199254740993') }))).toEqual([5]);
    await expect(
      connection()
        .collection<{ _id: unknown }>('numbers')
        .insertOne({ _id: new Double(1) }),
    ).rejects.toMatchObject({ code: 11000 });
  });

  it('keeps NaN separate from ordered values', async () => {
    const rows = await holding('nan', [Number.NaN, 0, -Infinity, 'x', null]);
    expect(await ids(rows.find({ v: { $lt: 5 } }).sort({ _id: 1 }))).toEqual([1, 2]);
    expect(await ids(rows.find({ v: Number.NaN }))).toEqual([0]);
    expect(await ids(rows.find().sort({ v: 1 }))).toEqual([4, 0, 2, 1, 3]);
  });

  it.each([false, true])('sorts by type, then by value (index: %s)', async (indexed) => {
    const at = (text: string) => new ObjectId(text.padEnd(24, '0'));
    const rising = [
      new MinKey(),
      null,
      Number.NaN,
      -1.5,
      Long.fromNumber(0),
      new Double(2),
      '',
      'Z',
      'a',
      { a: 1 },
      { a: 1, b: 0 },
      { b: 0 },
      { a: 'text' },
      new Binary(Buffer.from([9])),
      new Binary(Buffer.from([0, 0])),
      at('0a'),
      at('0b'),
      false,
      true,
      new Date(-1),
      new Date(1),
      new Timestamp({ t: 1, i: 1 }),
      /a/,
      new MaxKey(),
    ];
    const rows = await holding(`order-${indexed}`, rising);
    if (indexed) await rows.createIndex({ v: 1 });
    const expected = rising.map((_, i) => i);
    expect(await ids(rows.find().sort({ v: 1 }))).toEqual(expected);
    expect(await ids(rows.find().sort({ v: -1 }))).toEqual(expected.toReversed());
  });

  it.each([false, true])('sorts text by its UTF-8 bytes (index: %s)', async (indexed) => {
    const rising = ['z', 'é', '퟿', '\ue000', '\uffee', '\u{10000}', '😀', '😀!', '\u{10ffff}'];
    const rows = await holding(`utf8-${indexed}`, rising);
    if (indexed) await rows.createIndex({ v: 1 });
    const expected = rising.map((_, i) => i);
    expect(await ids(rows.find().sort({ v: 1 }))).toEqual(expected);
    expect(await ids(rows.find({ v: { $gt: '\uffee' } }).sort({ v: 1 }))).toEqual([5, 6, 7, 8]);
  });

  it.each([false, true])(
    'sorts arrays by their smallest and largest item (index: %s)',
    async (indexed) => {
      const values = [[5, 1], [3], [2, 4], [], null, 2.5];
      const rows = await holding(`lists-${indexed}`, values);
      if (indexed) await rows.createIndex({ v: 1 });
      expect(await ids(rows.find().sort({ v: 1, _id: 1 }))).toEqual([3, 4, 0, 2, 5, 1]);
      expect(await ids(rows.find().sort({ v: -1, _id: 1 }))).toEqual([0, 2, 1, 5, 4, 3]);
    },
  );

  it.each([false, true])(
    'compares the fields of a document in order (index: %s)',
    async (indexed) => {
      const values = [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, [{ b: 2, a: 1 }]];
      const rows = await holding(`fields-${indexed}`, values);
      if (indexed) await rows.createIndex({ v: 1 });
      expect(await ids(rows.find({ v: { a: 1, b: 2 } }))).toEqual([0]);
      expect(await ids(rows.find({ v: { b: 2, a: 1 } }).sort({ _id: 1 }))).toEqual([1, 3]);
      expect(await ids(rows.find({ v: { $in: [{ a: 1 }] } }))).toEqual([2]);
    },
  );

  it('finds values in arrays of documents, and null for missing ones', async () => {
    const values = [[{ a: 1 }, { b: 2 }], { a: null }, {}, 7, undefined, [], [1], [[{ a: 1 }]]];
    const rows = await holding('paths', values);
    const by = async (filter: object) => ids(rows.find(filter).sort({ _id: 1 }));
    expect(await by({ 'v.a': 1 })).toEqual([0]);
    expect(await by({ 'v.1.b': 2 })).toEqual([0]);
    expect(await by({ 'v.0': 1 })).toEqual([6]);
    expect(await by({ 'v.a': { $exists: true } })).toEqual([0, 1]);
    expect(await by({ 'v.a': null, _id: { $lte: 4 } })).toEqual([0, 1, 2, 3, 4]);
    expect(await by({ v: { $ne: 7 }, _id: { $gt: 2, $lt: 5 } })).toEqual([4]);
    expect(await by({ v: { $gt: 0, $lt: 2 } })).toEqual([6]);
  });
});
