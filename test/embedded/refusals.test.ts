import { rm } from 'node:fs/promises';
import type { Document } from 'bson';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedStore } from '../compiled/store.ts';
import { folder } from './any-server.ts';

describe('embedded/refusals', () => {
  let connection: Connection;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const dir = await folder();
    const store = await startEmbeddedStore({ dir });
    connection = await mongoose.createConnection(store.uri).asPromise();
    endings.push(
      () => connection.close(),
      store.stop,
      () => rm(dir, { recursive: true }),
    );
    await connection.collection('docs').insertOne({ n: 1, a: [1] });
  });
  afterAll(async () => {
    for (const end of endings) await end();
  });

  it.each<[string, Document]>([
    ['command aggregate', { aggregate: 'docs', pipeline: [], cursor: {} }],
    ['command distinct', { distinct: 'docs', key: 'n' }],
    ['command create', { create: 'capped', capped: true, size: 1000 }],
    ['aggregate', { aggregate: 'docs', pipeline: [{ $match: {} }, { $out: 'x' }], cursor: {} }],
    ['order by', { find: 'docs', filter: { n: { $gt: new mongoose.mongo.MinKey() } } }],
    ['maxTimeMS', { find: 'docs', filter: {}, maxTimeMS: -1 }],
    ['command explain', { explain: { find: 'docs' } }],
    ['command startSession', { startSession: 1 }],
    ['collation', { find: 'docs', filter: {}, collation: { locale: 'de' } }],
    ['txnNumber', { find: 'docs', filter: {}, txnNumber: 1, startTransaction: true }],
    ['projection', { find: 'docs', filter: {}, projection: { n: 0 } }],
    ['projection', { find: 'docs', filter: {}, projection: { list: { $slice: 1 } } }],
    ['sort', { find: 'docs', filter: {}, sort: { n: 'descending' } }],
    ['$where', { find: 'docs', filter: { $where: 'true' } }],
    ['$regex', { find: 'docs', filter: { n: /x/ } }],
    ['$near', { find: 'docs', filter: { at: { $near: [0, 0] } } }],
    ['$text', { find: 'none', filter: { $text: { $search: 'x' } } }],
    ['$frob', { find: 'docs', filter: { $or: [{ n: 1 }, { n: { $frob: 1 } }] } }],
    ['arrayFilters', update({ $set: { n: 2 } }, { arrayFilters: [] })],
    ['sort', update({ $set: { n: 2 } }, { sort: { n: 1 } })],
    ['positional', update({ $set: { 'a.$': 1 } })],
    ['positional', update({ $set: { 'a.$[]': 1 } })],
    ['through the array', update({ $set: { 'a.0': 2 } })],
    ['update', update([{ $set: { n: 2 } }])],
    ['$push', update({ $push: { a: 1 } })],
    ['$rename', update({ $rename: { n: 'm' } })],
    ['$addToSet', update({ $addToSet: { a: { $each: [1] } } })],
    ['$pull', update({ $pull: { a: { $gt: 0 } } })],
    ['remove', { findAndModify: 'docs', query: {}, update: {}, remove: true }],
    ['ordered', { insert: 'docs', documents: [{}], ordered: false }],
    ['expireAfterSeconds', index({ n: 1 }, { expireAfterSeconds: 60 })],
    ['sparse', index({ n: 1 }, { sparse: true })],
    ['key.n', index({ n: 'text' }, {})],
    ['unique array', index({ a: 1 }, { unique: true })],
  ])('names %s and where to go instead', async (what, command) => {
    const outcome = await connection.db?.command(command).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(mongoose.mongo.MongoServerError);
    expect(outcome).toMatchObject({ code: 115, codeName: 'CommandNotSupported' });
    expect(outcome).toMatchObject({ message: expect.stringContaining(what) });
    expect(outcome).toMatchObject({ message: expect.stringContaining('set MONGODB_URI') });
  });

  it('refuses transactions', async () => {
    const transaction = connection.transaction((session) =>
      connection.collection('docs').insertOne({}, { session }),
    );
    await expect(transaction).rejects.toThrow(/does not support sessions/);
  });

  it('was not changed by any of it', async () => {
    expect((await connection.db?.listCollections().toArray())?.map(({ name }) => name)).toEqual([
      'docs',
    ]);
    const read = await connection.collection('docs').find().toArray();
    expect(read).toEqual([{ _id: expect.anything(), n: 1, a: [1] }]);
  });
});

function update(u: Document | Document[], more: Document = {}): Document {
  return { findAndModify: 'docs', query: {}, update: u, remove: false, ...more };
}

function index(key: Document, options: Document): Document {
  return { createIndexes: 'docs', indexes: [{ key, name: 'x', ...options }] };
}
