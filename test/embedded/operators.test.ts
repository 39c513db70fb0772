import type { Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { onAnyServer } from './any-server.ts';

const connection = onAnyServer();

describe('embedded/operators', () => {
  it.each<[string, Document, number]>([
    ['a number into text', { $inc: { text: 1 } }, 14],
    ['text into a number', { $inc: { n: 'x' } }, 14],
    ['a product of text', { $mul: { text: 2 } }, 14],
    ['a push onto text', { $push: { text: 1 } }, 2],
    ['a set member for text', { $addToSet: { text: 1 } }, 2],
    ['a pull from text', { $pull: { text: 1 } }, 2],
    ['a path through text', { $set: { 'text.deep': 1 } }, 28],
    ['a name in an array', { $set: { 'list.name': 1 } }, 28],
    ['another _id', { $set: { _id: 'other' } }, 66],
    ['two operators on one path', { $set: { n: 1 }, $inc: { n: 1 } }, 40],
    ['a path inside another', { $set: { 'o.a': 1 }, $unset: { o: 1 } }, 40],
    ['an unknown operator', { $frobnicate: { n: 1 } }, 9],
  ])('refuses %s and changes nothing', async (_, update, code) => {
    const raw = connection().collection<{ _id: string }>('refused');
    const document = { _id: 'x', n: 1, text: 't', list: [1], o: { a: 1 } };
    await raw.replaceOne(
      { _id: 'x' },
      { n: 1, text: 't', list: [1], o: { a: 1 } },
      { upsert: true },
    );
    await expect(raw.updateOne({ _id: 'x' }, update)).rejects.toMatchObject({ code });
    expect(await raw.findOne({ _id: 'x' })).toEqual(document);
  });

  it.each<[Document, Document]>([
    [{ $set: { 'o.b.c': 1, 'list.1': 9 } }, { o: { a: 1, b: { c: 1 } }, list: [1, 9, 3] }],
    [{ $set: { 'list.4': 9 } }, { list: [1, 2, 3, null, 9] }],
    [{ $unset: { n: 1, 'list.0': 1 } }, { n: undefined, list: [null, 2, 3] }],
    [{ $inc: { n: 2, 'o.a': -1, fresh: 4 } }, { n: 7, o: { a: 0 }, fresh: 4 }],
    [{ $mul: { n: 2, fresh: 4 } }, { n: 10, fresh: 0 }],
    [
      { $min: { n: 3 }, $max: { 'o.a': 3 } },
      { n: 3, o: { a: 3 } },
    ],
    [{ $push: { list: { $each: [7, 8], $position: 1, $slice: 4 } } }, { list: [1, 7, 8, 2] }],
    [{ $push: { list: { $each: [7], $slice: -2 } } }, { list: [3, 7] }],
    [{ $push: { list: [4], fresh: 1 } }, { list: [1, 2, 3, [4]], fresh: [1] }],
    [{ $addToSet: { list: { $each: [3, 4, 4] } } }, { list: [1, 2, 3, 4] }],
    [{ $pull: { list: { $gte: 2 } } }, { list: [1] }],
    [{ $pull: { docs: { k: 1 } } }, { docs: [{ k: 2, v: 'b' }] }],
    [{ $pullAll: { list: [1, 3] } }, { list: [2] }],
    [{ $rename: { n: 'o.n' } }, { n: undefined, o: { a: 1, n: 5 } }],
    [{ $currentDate: { at: true } }, { at: expect.any(Date) }],
  ])('applies %j', async (update, expected) => {
    const raw = connection().collection<{ _id: string }>('applied');
    const document = { n: 5, o: { a: 1 }, list: [1, 2, 3], docs: [{ k: 1 }, { k: 2, v: 'b' }] };
    await raw.replaceOne({ _id: 'x' }, document, { upsert: true });
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
    const values = [null, 3, 'b', { a: 1 }, [2, 9], true, new Date(7), /x/];
    await raw.insertMany([...values.map((v, _id) => ({ _id, v })), { _id: 8 }]);
    const ids = async (filter: object) =>
      (await raw.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(await ids({ v: null })).toEqual([0, 8]);
    expect(await ids({ v: { $exists: true, $eq: null } })).toEqual([0]);
    expect(await ids({ v: { $gt: 1 } })).toEqual([1, 4]);
    expect(await ids({ v: { $gte: new Date(7) } })).toEqual([6]);
    expect(await ids({ v: { $in: [9, true, /^b/] } })).toEqual([2, 4, 5]);
    expect(await ids({ v: { $nin: [9, true, null] } })).toEqual([1, 2, 3, 6, 7]);
    expect(await ids({ v: { $type: ['number', 'object'] } })).toEqual([1, 3, 4]);
    expect(await ids({ v: { $not: { $type: 'date' } }, _id: { $gte: 5 } })).toEqual([5, 7, 8]);
    expect(await ids({ v: { $all: [2, 9] } })).toEqual([4]);
    expect(await ids({ 'v.a': 1 })).toEqual([3]);
    expect(await ids({ v: [2, 9] })).toEqual([4]);
    expect(await ids({ v: { $elemMatch: { $gt: 1, $lt: 3 } } })).toEqual([4]);
    const sorted = await raw
      .find({}, { projection: { _id: 1 } })
      .sort({ v: 1, _id: 1 })
      .toArray();
    expect(sorted.map(({ _id }) => _id)).toEqual([0, 8, 4, 1, 2, 3, 5, 6, 7]);
  });
});
