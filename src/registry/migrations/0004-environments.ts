import type { mongo } from 'mongoose';
import { unlessThere } from '../reach.ts';
import { dropIndexes } from './drop-indexes.ts';
import type { Migration } from './migration.ts';

/** Unique without the environment: two environments would conflict. */
const REPLACED: readonly (readonly [collection: string, index: string])[] = [
  ['alerts', 'model_1_monitor_1_version_1'],
  ['findings', 'monitor_1_version_1_window.to_-1_window.from_-1'],
  ['findings', 'monitor_1_window.to_-1_window.from_-1_version_-1'],
  ['profiles', 'model_1_version_1_bucket_1'],
];

/**
 * Findings, alerts, profiles and positions in the log become those of an endpoint. Before, only one environment
 * was served and monitored.
 */
export const environments: Migration = {
  name: '0004-environments',
  async run(db, _at, first) {
    await dropIndexes(db, REPLACED);
    const environmentOf = await watchedBefore(db, first);
    for (const name of ['alerts', 'profiles'])
      await assign(db, name, 'model', (model) => environmentOf(model));
    await assign(db, 'findings', 'monitor', (id) => environmentOf(id.split('/', 1)[0] ?? ''));
    const cursors = db.collection<{ _id: string; positions: unknown }>('profile_cursors');
    for (const { _id, positions } of await cursors.find({}).toArray()) {
      if (_id.includes('/')) continue;
      const endpoint = `${_id}/${environmentOf(_id)}`;
      await unlessThere(() => cursors.insertOne({ _id: endpoint, positions }));
      await cursors.deleteOne({ _id });
    }
  },
};

/** Sets the environment of data without one, for all rows of one `key` at a time. */
async function assign(
  db: mongo.Db,
  collection: string,
  key: 'model' | 'monitor',
  environmentOf: (name: string) => string,
): Promise<void> {
  const rows = db.collection(collection);
  const missing = { environment: { $exists: false } };
  // Not with `distinct`, which the embedded store does not support.
  for (let row = await rows.findOne(missing); row; row = await rows.findOne(missing)) {
    const name = row[key];
    const environment = environmentOf(String(name));
    await rows.updateMany({ ...missing, [key]: name }, { $set: { environment } });
  }
}

/** The first environment of the configuration, or the only one that a model was ever in. */
async function watchedBefore(db: mongo.Db, first: string): Promise<(model: string) => string> {
  const endpoints = await db
    .collection<{ model: string; environment: string }>('endpoints')
    .find({})
    .toArray();
  return (model) => {
    const own = endpoints.filter((one) => one.model === model);
    const [only, ...others] = own;
    const isFirst = own.some(({ environment }) => environment === first);
    return isFirst || !only || others.length > 0 ? first : only.environment;
  };
}
