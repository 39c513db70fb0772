import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { onAnyServer } from './any-server.ts';

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
    made.tags.push('b');
    made.set('nested.deep.value', 2);
    made.runs.push({ at: new Date(5), score: 0.5 });
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
        .select('name -_id')
        .lean(),
    ).toEqual([{ name: 'flights' }]);
    expect(await Model.deleteOne({ _id: made._id })).toMatchObject({ deletedCount: 1 });
    expect(await Model.countDocuments()).toBe(0);
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

  it('leaves strictness to mongoose', async () => {
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

  it('finds and modifies in the order asked for', async () => {
    const Model = model('modify');
    await Model.create([
      { name: 'a', count: 2 },
      { name: 'b', count: 3 },
      { name: 'c', count: 1 },
    ]);
    const sort = { count: -1 } as const;
    expect(await Model.findOneAndUpdate({}, { stage: 'x' }, { sort })).toMatchObject({ name: 'b' });
    expect(await Model.findOneAndDelete({}, { sort })).toMatchObject({ name: 'b', stage: 'x' });
    expect(await Model.findOneAndDelete({ name: 'nobody' })).toBeNull();
    const made = await Model.findOneAndUpdate(
      { name: 'd' },
      { $setOnInsert: { count: 9 } },
      { upsert: true, returnDocument: 'after', projection: { count: 1 } },
    ).lean();
    expect(made).toEqual({ _id: expect.anything(), count: 9 });
  });

  it('reads on beyond the first batch', async () => {
    const Model = model('cursors');
    await Model.insertMany(Array.from({ length: 350 }, (_, count) => ({ name: 'n', count })));
    const seen: unknown[] = [];
    for await (const { count } of Model.find().sort('-count').batchSize(60).cursor())
      seen.push(count);
    expect(seen).toEqual(Array.from({ length: 350 }, (_, i) => 349 - i));
    expect(await Model.find().skip(345)).toHaveLength(5);
    expect(await Model.find().skip(10).limit(20)).toHaveLength(20);
  });

  it('reads on when the documents are too large for one reply', async () => {
    const raw = connection().collection<{ _id: number; text: string }>('large');
    const text = 'x'.repeat(5_000_000);
    for (let _id = 0; _id < 5; _id++) await raw.insertOne({ _id, text });
    expect((await raw.find().toArray()).map(({ _id }) => _id)).toEqual([0, 1, 2, 3, 4]);
  });

  it('aggregates', async () => {
    const Model = model('aggregates');
    await Model.create([
      { name: 'a', count: 1, tags: ['x', 'y'] },
      { name: 'a', count: 2, tags: ['y'] },
      { name: 'b', count: 5, stage: 'live' },
    ]);
    const byName = [
      { $match: { count: { $gte: 1 } } },
      {
        $group: {
          _id: '$name',
          total: { $sum: '$count' },
          least: { $min: '$count' },
          n: { $sum: 1 },
        },
      },
      { $sort: { total: -1 } },
    ] as const;
    expect(await Model.aggregate([...byName])).toEqual([
      { _id: 'b', total: 5, least: 5, n: 1 },
      { _id: 'a', total: 3, least: 1, n: 2 },
    ]);
    const tags = [
      { $unwind: '$tags' },
      { $sortByCount: '$tags' },
      { $project: { tag: '$_id', _id: 0 } },
    ];
    expect(await Model.aggregate(tags)).toEqual([{ tag: 'y' }, { tag: 'x' }]);
    expect((await Model.distinct('tags')).sort()).toEqual(['x', 'y']);
    expect(await Model.estimatedDocumentCount()).toBe(3);
  });

  it('leaves stored documents as they are when a pipeline changes its own', async () => {
    const Model = model('pipelines');
    await Model.create({ name: 'a', nested: { deep: { value: 1 } } });
    const before = await Model.find().lean();
    await Model.aggregate([{ $project: { 'nested.deep.value': 0 } }, { $set: { 'nested.x': 1 } }]);
    expect(await Model.find().lean()).toEqual(before);
  });

  it('writes in bulk', async () => {
    const Model = model('bulk');
    const result = await Model.bulkWrite([
      { insertOne: { document: { name: 'a' } } },
      { insertOne: { document: { name: 'b' } } },
      { updateMany: { filter: {}, update: { $set: { stage: 's' } } } },
      { deleteOne: { filter: { name: 'a' } } },
      { replaceOne: { filter: { name: 'b' }, replacement: { name: 'c' } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 2, modifiedCount: 3, deletedCount: 1 });
    expect(await Model.find().lean()).toMatchObject([{ name: 'c' }]);
  });
});
