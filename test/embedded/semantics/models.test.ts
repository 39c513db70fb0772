import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { onAnyServer } from '../any-server.ts';

const connection = onAnyServer();

function model(name: string) {
  const schema = new mongoose.Schema(
    {
      name: { type: String, required: true },
      stage: String,
      count: Number,
      tags: [String],
      runs: [{ at: Date, score: Number }],
      nested: { deep: { value: Number } },
    },
    { strict: 'throw', optimisticConcurrency: true, timestamps: true },
  );
  return connection().model(name, schema);
}

describe('embedded/mongoose', () => {
  it('creates, reads, changes and deletes', async () => {
    const Model = model('crud');
    const made = await Model.create({
      name: 'flights',
      tags: ['a'],
      nested: { deep: { value: 1 } },
    });
    made.tags = ['a', 'b'];
    made.set('nested.deep.value', 2);
    made.set('runs', [{ at: new Date(5), score: 0.5 }]);
    await made.save();

    const read = await Model.findById(made.id).lean();
    expect(read).toMatchObject({
      name: 'flights',
      tags: ['a', 'b'],
      nested: { deep: { value: 2 } },
      runs: [{ at: new Date(5), score: 0.5 }],
    });
    expect(read?.createdAt).toBeInstanceOf(Date);
    expect(
      await Model.find({ 'runs.score': { $gt: 0.4 }, tags: 'b' })
        .select('name')
        .lean(),
    ).toEqual([{ _id: made._id, name: 'flights' }]);
    expect(await Model.deleteOne({ _id: made._id })).toMatchObject({ deletedCount: 1 });
    expect(await Model.find()).toEqual([]);
  });

  it('keeps every type it is given', async () => {
    const { Binary, Decimal128, Long, ObjectId, Timestamp } = mongoose.mongo;
    const document = {
      _id: new ObjectId(),
      decimal: Decimal128.fromString('1.50'),
      long: Long.fromString('9007199254740993'),
      bytes: new Binary(Buffer.from([1, 2]), 4),
      date: new Date(0),
      pattern: /a/i,
      stamp: new Timestamp({ t: 1, i: 2 }),
      nothing: null,
      list: [[1], { a: false }],
    };
    const raw = connection().collection('types');
    await raw.insertOne(document);
    const read = await raw.findOne({ _id: document._id }, { promoteLongs: false });
    expect(mongoose.mongo.BSON.serialize(read ?? {})).toEqual(
      mongoose.mongo.BSON.serialize(document),
    );
  });

  it('upserts with $setOnInsert only on insert', async () => {
    const Model = model('upserts');
    const update = { $set: { stage: 'live' }, $setOnInsert: { count: 7 } };
    const first = await Model.updateOne({ name: 'a' }, update, { upsert: true });
    expect(first).toMatchObject({ upsertedCount: 1, matchedCount: 0 });
    await Model.updateOne({ name: 'a' }, { count: 8 });
    const second = await Model.updateOne({ name: 'a' }, update, { upsert: true });
    expect(second).toMatchObject({ upsertedCount: 0, matchedCount: 1 });
    expect(await Model.findOne({ name: 'a' }).lean()).toMatchObject({ stage: 'live', count: 8 });
  });

  it('notices a version written in between', async () => {
    const Model = model('versions');
    const { _id } = await Model.create({ name: 'a', count: 1 });
    const [mine, theirs] = [await Model.findById(_id), await Model.findById(_id)];
    theirs?.set('count', 2);
    await theirs?.save();
    mine?.set('count', 3);
    await expect(mine?.save()).rejects.toMatchObject({ name: 'VersionError' });
    expect(await Model.findById(_id).lean()).toMatchObject({ count: 2, __v: 1 });
  });

  it('leaves strict mode to mongoose', async () => {
    const mistaken = { name: 'a', typo: 1 };
    await expect(model('strict').create(mistaken)).rejects.toThrow(/typo/);
  });

  it('lets exactly one of fifty win', async () => {
    const Model = model('races');
    await Model.create({ name: 'job', stage: 'free', count: 0 });
    const winners = await Promise.all(
      Array.from({ length: 50 }, (_, count) =>
        Model.findOneAndUpdate(
          { name: 'job', stage: 'free' },
          { stage: 'taken', count },
          { returnDocument: 'after' },
        ),
      ),
    );
    const won = winners.filter((winner) => winner !== null);
    expect(won).toHaveLength(1);
    expect(await Model.findOne({ name: 'job' }).lean()).toMatchObject({ count: won[0]?.count });
  });

  it('loses none of fifty increments', async () => {
    const Model = model('increments');
    await Model.create({ name: 'a', count: 0 });
    await Promise.all(
      Array.from({ length: 50 }, () => Model.updateOne({}, { $inc: { count: 1 } })),
    );
    expect(await Model.findOne().lean()).toMatchObject({ count: 50 });
  });

  it('finds and modifies, or upserts', async () => {
    const Model = model('modify');
    await Model.create({ name: 'a', count: 2 });
    const update = { $set: { stage: 'x' }, $setOnInsert: { count: 9 } };
    expect(await Model.findOneAndUpdate({ name: 'a' }, update).lean()).not.toHaveProperty('stage');
    expect(await Model.findOne({ name: 'a' }).lean()).toMatchObject({ stage: 'x', count: 2 });
    expect(await Model.findOneAndUpdate({ name: 'nobody' }, update)).toBeNull();
    const options = { upsert: true, returnDocument: 'after' } as const;
    const made = await Model.findOneAndUpdate({ name: 'd' }, update, options).lean();
    expect(made).toMatchObject({ _id: expect.anything(), name: 'd', stage: 'x', count: 9 });
  });

  it('sorts, limits and reads in batches', async () => {
    const Model = model('cursors');
    await Model.insertMany(Array.from({ length: 350 }, (_, count) => ({ name: 'n', count })));
    const seen: unknown[] = [];
    for await (const { count } of Model.find().sort('-count').batchSize(60).cursor())
      seen.push(count);
    expect(seen).toEqual(Array.from({ length: 350 }, (_, i) => 349 - i));
    expect(await Model.find().limit(20)).toHaveLength(20);
  });

  it('continues if the documents are too large for one reply', async () => {
    const raw = connection().collection<{ _id: number; text: string }>('large');
    const text = 'x'.repeat(5_000_000);
    for (let _id = 0; _id < 8; _id++) await raw.insertOne({ _id, text });
    const read = await raw.find().toArray();
    expect(read.map(({ _id }) => _id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const some = raw.find();
    expect(await some.next()).toMatchObject({ _id: 0 });
    await some.close();
  });

  it('writes in bulk', async () => {
    const Model = model('bulk');
    const result = await Model.bulkWrite([
      { insertOne: { document: { name: 'a' } } },
      { insertOne: { document: { name: 'b' } } },
      { updateMany: { filter: {}, update: { $set: { stage: 's' } } } },
      { deleteOne: { filter: { name: 'a' } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 2, modifiedCount: 2, deletedCount: 1 });
    expect(await Model.find().lean()).toMatchObject([{ name: 'b', stage: 's' }]);
  });
});
