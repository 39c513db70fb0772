import { afterAll, describe, expect, it } from 'vitest';
import { environments } from '../../src/registry/migrations/0004-environments.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { db } = await library.connect();
if (!db) throw new Error('not connected');

type Row = { _id: string; [field: string]: unknown };
const rows = (name: string) => db.collection<Row>(name);
const where = async (name: string) =>
  Object.fromEntries(
    (await rows(name).find({}).toArray()).map(({ _id, environment }) => [_id, environment]),
  );

describe('registry/migrations/environments', () => {
  it('gives old rows the first environment, or the only one that their model was in', async () => {
    // `taxis` was only in production, whatever the first environment is now.
    await rows('endpoints').insertMany([
      { _id: 'flights/staging', model: 'flights', environment: 'staging' },
      { _id: 'flights/production', model: 'flights', environment: 'production' },
      { _id: 'taxis/production', model: 'taxis', environment: 'production' },
    ]);
    for (const model of ['flights', 'taxis', 'new']) {
      await rows('alerts').insertOne({ _id: model, model });
      await rows('profiles').insertOne({ _id: `${model}/1/2001`, model });
      await rows('findings').insertOne({ _id: model, monitor: `${model}/drift` });
      await rows('profile_cursors').insertOne({ _id: model, positions: [['a', 1]] });
    }
    await rows('alerts').insertOne({ _id: 'since', model: 'flights', environment: 'production' });
    for (let twice = 0; twice < 2; twice += 1)
      await environments.run(db, library.clock.now(), 'staging');

    const expected = { flights: 'staging', taxis: 'production', new: 'staging' };
    expect(await where('alerts')).toEqual({ ...expected, since: 'production' });
    expect(await where('findings')).toEqual(expected);
    expect(Object.values(await where('profiles'))).toEqual(Object.values(expected));
    const cursors = await rows('profile_cursors').find({}).sort({ _id: 1 }).toArray();
    expect(cursors).toEqual([
      { _id: 'flights/staging', positions: [['a', 1]] },
      { _id: 'new/staging', positions: [['a', 1]] },
      { _id: 'taxis/production', positions: [['a', 1]] },
    ]);
  });
});
