import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { onAnyServer } from '../any-server.ts';

const connection = onAnyServer();

describe('embedded/indexes', () => {
  it('refuses a second document under a unique key', async () => {
    const schema = new mongoose.Schema({ model: String, version: Number });
    schema.index({ model: 1, version: 1 }, { unique: true });
    const Model = connection().model('versions', schema);
    await Model.createIndexes();
    await Model.create({ model: 'a', version: 1 }, { model: 'a', version: 2 });
    const refused = await Model.create({ model: 'a', version: 2 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 11000,
      keyPattern: { model: 1, version: 1 },
      keyValue: { model: 'a', version: 2 },
      message: expect.stringMatching(/^E11000 duplicate key error .*index: model_1_version_1/),
    });
    await expect(Model.updateOne({ version: 1 }, { version: 2 })).rejects.toMatchObject({
      code: 11000,
    });
    await expect(Model.findOneAndUpdate({ version: 1 }, { version: 2 })).rejects.toMatchObject({
      code: 11000,
      keyValue: { model: 'a', version: 2 },
    });
    expect(await Model.find({ model: 'a', version: 1 })).toHaveLength(1);
  });

  it('refuses a second document with the same _id', async () => {
    const raw = connection().collection<{ _id: string }>('ids');
    await raw.insertOne({ _id: 'x' });
    await expect(raw.insertOne({ _id: 'x' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { _id: 1 },
      keyValue: { _id: 'x' },
    });
    const batch = [{ _id: 'a' }, { _id: 'x' }, { _id: 'b' }];
    await expect(raw.insertMany(batch)).rejects.toMatchObject({ code: 11000 });
    const found = await raw.find().sort({ _id: 1 }).toArray();
    expect(found).toEqual([{ _id: 'a' }, { _id: 'x' }]);
  });

  it('is unique only where the partial filter holds', async () => {
    const raw = connection().collection('partial');
    await raw.createIndex(
      { model: 1 },
      { unique: true, partialFilterExpression: { state: 'live' }, name: 'one_live' },
    );
    await raw.insertMany([
      { model: 'a', state: 'old' },
      { model: 'a', state: 'old' },
      { model: 'a', state: 'live' },
    ]);
    await expect(raw.insertOne({ model: 'a', state: 'live' })).rejects.toMatchObject({
      code: 11000,
    });
    await expect(
      raw.updateOne({ state: 'old' }, { $set: { state: 'live' } }),
    ).rejects.toMatchObject({ code: 11000, keyValue: { model: 'a' } });
    await raw.updateOne({ state: 'live' }, { $set: { state: 'old' } });
    await raw.insertOne({ model: 'a', state: 'live' });
    expect(await raw.find({ model: 'a' }).toArray()).toHaveLength(4);
    expect(await raw.find({ model: 'a', state: 'live' }).toArray()).toHaveLength(1);
  });

  it('lets one of fifty insert a key', async () => {
    const raw = connection().collection('claims');
    await raw.createIndex({ key: 1 }, { unique: true });
    const claims = Array.from({ length: 50 }, () => raw.insertOne({ key: 'k' }));
    const outcomes = await Promise.allSettled(claims);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('finds the same with and without an index', async () => {
    const raw = connection().collection('lookups');
    await raw.insertMany(
      Array.from({ length: 300 }, (_, i) => {
        return { i, a: i % 7, b: { c: i % 3 }, list: [i % 2, 'x'] };
      }),
    );
    const queries = [
      { a: 3 },
      { a: { $in: [1, 2] }, 'b.c': 2 },
      { a: { $in: [3, null] }, list: 1 },
      { a: 3, 'b.c': { $ne: 1 } },
      { a: { $gt: 4 }, 'b.c': 0 },
      { $or: [{ a: 3 }, { i: 5 }] },
      { a: null },
      { list: 'x' },
      { list: [0, 'x'], a: 1 },
    ];
    const ask = () => Promise.all(queries.map((query) => raw.find(query).sort({ i: 1 }).toArray()));
    const without = await ask();
    expect(without.map((found) => found.length)).toEqual([43, 29, 22, 29, 28, 44, 0, 300, 21]);
    await raw.createIndex({ a: 1, 'b.c': 1 });
    await raw.createIndex({ list: 1 });
    await raw.updateMany({ a: 3 }, { $set: { a: 3.5 } });
    await raw.updateMany({ a: 3.5 }, { $set: { a: 3 } });
    expect(await ask()).toEqual(without);
  });

  it('refuses a unique index on duplicate values', async () => {
    const raw = connection().collection('late');
    await raw.insertMany([{ a: 1 }, { a: 1 }]);
    await expect(raw.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({
      code: 11000,
    });
    await raw.createIndex({ a: 1 });
    await raw.createIndex({ a: 1 });
    await expect(raw.createIndex({ b: 1 }, { name: 'a_1' })).rejects.toThrow(/name|called/);
    expect((await raw.listIndexes().toArray()).map(({ name }) => name)).toEqual(['_id_', 'a_1']);
  });
});
