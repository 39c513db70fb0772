import type { Document } from 'bson';
import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { onAnyServer } from '../any-server.ts';

const connection = onAnyServer();

describe('embedded/operators', () => {
  it.each<[string, Document]>([
    ['a number into text', { $inc: { text: 1 } }],
    ['text into a number', { $inc: { n: 'x' } }],
    ['a set member for text', { $addToSet: { text: 1 } }],
    ['a pull from text', { $pull: { text: 1 } }],
    ['a path through text', { $set: { 'text.deep': 1 } }],
    ['a name in an array', { $set: { 'list.name': 1 } }],
    ['another _id', { $set: { _id: 'other' } }],
    ['two operators on one path', { $set: { n: 1 }, $inc: { n: 1 } }],
    ['a path inside another', { $set: { 'o.a': 1 }, $unset: { o: 1 } }],
    ['an unknown operator', { $frobnicate: { n: 1 } }],
  ])('refuses %s and changes nothing', async (_, update) => {
    const raw = connection().collection<{ _id: string }>('refused');
    const document = { _id: 'x', n: 1, text: 't', list: [1], o: { a: 1 } };
    await raw.deleteOne({ _id: 'x' });
    await raw.insertOne(document);
    await expect(raw.updateOne({ _id: 'x' }, update)).rejects.toBeInstanceOf(
      mongoose.mongo.MongoServerError,
    );
    expect(await raw.findOne({ _id: 'x' })).toEqual(document);
  });

  it.each<[Document, Document]>([
    [{ $set: { 'o.b.c': 1, n: null } }, { n: null, o: { a: 1, b: { c: 1 } } }],
    [{ $unset: { n: 1, 'o.a': 1, 'p.q': 1 } }, { n: undefined, o: {} }],
    [{ $inc: { n: 2, 'o.a': -1, fresh: 4 } }, { n: 7, o: { a: 0 }, fresh: 4 }],
    [
      { $min: { n: 3, at: new Date(5) }, $max: { 'o.a': 3, 'o.fresh': 'x' } },
      { n: 3, at: new Date(5), o: { a: 3, fresh: 'x' } },
    ],
    [{ $addToSet: { list: 4, fresh: 1 } }, { list: [1, 2, 3, 4], fresh: [1] }],
    [{ $pull: { list: 2, fresh: 1 } }, { list: [1, 3] }],
  ])('applies %j', async (update, expected) => {
    const raw = connection().collection<{ _id: string }>('applied');
    const document = { n: 5, o: { a: 1 }, list: [1, 2, 3], at: new Date(9) };
    await raw.deleteOne({ _id: 'x' });
    await raw.insertOne({ _id: 'x', ...document });
    expect(await raw.updateOne({ _id: 'x' }, update)).toMatchObject({ modifiedCount: 1 });
    expect(await raw.findOne({ _id: 'x' })).toEqual({ _id: 'x', ...document, ...expected });
  });

  it('counts as modified only what differs', async () => {
    const raw = connection().collection('same');
    await raw.insertMany([{ a: 1 }, { a: 2 }]);
    const result = await raw.updateMany({}, { $set: { a: 2 } });
    expect(result).toMatchObject({ matchedCount: 2, modifiedCount: 1 });
  });

  it('compares as MongoDB does', async () => {
    const raw = connection().collection<{ _id: number; v?: unknown }>('values');
    const values = [null, 3, 'b', { a: 1 }, [2, 9], true, new Date(7)];
    await raw.insertMany([...values.map((v, _id) => ({ _id, v })), { _id: 8 }]);
    const ids = async (filter: object) =>
      (await raw.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(await ids({ v: null })).toEqual([0, 8]);
    expect(await ids({ v: { $exists: true, $eq: null } })).toEqual([0]);
    expect(await ids({ v: { $gt: 1 } })).toEqual([1, 4]);
    expect(await ids({ v: { $gte: new Date(7) } })).toEqual([6]);
    expect(await ids({ v: { $lt: 'c' } })).toEqual([2]);
    expect(await ids({ v: { $in: [9, true, 'b'] } })).toEqual([2, 4, 5]);
    expect(await ids({ v: { $ne: 9 }, _id: { $lte: 5 } })).toEqual([0, 1, 2, 3, 5]);
    expect(await ids({ 'v.a': 1 })).toEqual([3]);
    expect(await ids({ v: [2, 9] })).toEqual([4]);
    expect(await ids({ $or: [{ v: 3 }, { v: { $exists: false }, _id: { $gt: 5 } }] })).toEqual([
      1, 8,
    ]);
  });

  it.each([1, -1] as const)('sorts numbers, texts and dates by %d', async (direction) => {
    const raw = connection().collection<{ _id: number; v?: unknown; w: number }>(
      `sorts${direction}`,
    );
    const rising = [[undefined, -5, 0, 2, 10], ['', 'A', 'a', 'a!', 'b'], [1, 9, 30].map(dateAt)];
    for (const values of rising) {
      await raw.deleteMany({});
      const docs = values.map((v, _id) => ({ _id, w: 1, ...(v !== undefined && { v }) }));
      await raw.insertMany(docs.toReversed());
      const sorted = await raw.find().sort({ w: 1, v: direction }).toArray();
      const ids = values.map((_, i) => i);
      expect(sorted.map(({ _id }) => _id)).toEqual(direction === 1 ? ids : ids.reverse());
    }
  });
});

function dateAt(time: number): Date {
  return new Date(time);
}
