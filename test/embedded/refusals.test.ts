import { rm } from 'node:fs/promises';
import type { Document } from 'bson';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedStore } from '../../src/embedded/store-process.ts';
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
    await connection.collection('docs').insertOne({
      n: 1,
      price: mongoose.mongo.Decimal128.fromString('1.5'),
    });
  });
  afterAll(async () => {
    for (const end of endings) await end();
  });

  it.each<[string, Document]>([
    ['the command mapReduce', { mapReduce: 'docs' }],
    ['the command explain', { explain: { find: 'docs' } }],
    ['the command startSession', { startSession: 1 }],
    ['the command collMod', { collMod: 'docs' }],
    ['collation', { find: 'docs', collation: { locale: 'de' } }],
    ['arrayFilters', update({ $set: { a: 1 } }, { arrayFilters: [] })],
    ['txnNumber', { find: 'docs', txnNumber: 1, startTransaction: true }],
    ['positional', update({ $set: { 'a.$': 1 } })],
    ['positional', update({ $set: { 'a.$[]': 1 } })],
    ['pipeline', update([{ $set: { a: 1 } }])],
    ['$sort', update({ $push: { a: { $each: [], $sort: 1 } } })],
    ['$where', { find: 'docs', filter: { $where: 'true' } }],
    ['$near', { find: 'docs', filter: { at: { $near: [0, 0] } } }],
    ['$text', { find: 'none', filter: { $text: { $search: 'x' } } }],
    ['$frob', { find: 'docs', filter: { $or: [{ n: 1 }, { n: { $frob: 1 } }] } }],
    ['projecting', { find: 'docs', projection: { list: { $slice: 1 } } }],
    ['$out', aggregate({ $out: 'other' })],
    ['$merge', aggregate({ $facet: { x: [{ $merge: 'other' }] } })],
    ['$function', aggregate({ $set: { x: { $function: { body: '', args: [], lang: 'js' } } } })],
    ['$frob', { ...aggregate({ $group: { _id: null, x: { $frob: 1 } } }), aggregate: 'none' }],
    ['Decimal128', aggregate({ $group: { _id: null, total: { $sum: '$price' } } })],
    ['expireAfterSeconds', index({ a: 1 }, { expireAfterSeconds: 60 })],
    ['kind text', index({ a: 'text' }, {})],
    ['capped', { create: 'capped', capped: true, size: 1000 }],
  ])('names %s and where to go instead', async (what, command) => {
    const outcome = await connection.db?.command(command).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(mongoose.mongo.MongoServerError);
    expect(outcome).toMatchObject({ message: expect.stringContaining(what) });
    expect(outcome).toMatchObject({ message: expect.stringContaining('set MONGODB_URI') });
  });

  it('refuses transactions', async () => {
    const transaction = connection.transaction((session) =>
      connection.collection('docs').insertOne({}, { session }),
    );
    await expect(transaction).rejects.toThrow(/does not support sessions/);
  });

  it('was changed by none of it', async () => {
    expect((await connection.db?.listCollections().toArray())?.map(({ name }) => name)).toEqual([
      'docs',
    ]);
    const read = await connection.collection('docs').find().project({ _id: 0, price: 0 }).toArray();
    expect(read).toEqual([{ n: 1 }]);
  });
});

function update(u: Document | Document[], more: Document = {}): Document {
  return { findAndModify: 'docs', query: {}, update: u, ...more };
}

function aggregate(stage: Document): Document {
  return { aggregate: 'docs', pipeline: [stage], cursor: {} };
}

function index(key: Document, options: Document): Document {
  return { createIndexes: 'docs', indexes: [{ key, name: 'x', ...options }] };
}
