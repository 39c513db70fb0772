import { type Connection, Schema } from 'mongoose';
import { type Json, toJson } from '../core/json.ts';
import type { Positions, ProfileDocument, ProfileStore } from '../core/ports/profiles.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, schemaOptions, word } from './schema.ts';

/** Names as values rather than as keys: they may hold dots and `$`. */
type Pairs<T> = [name: string, value: T][];

type Row = Omit<ProfileDocument<unknown>, 'features' | 'applied'> & {
  /** `flights/2/2001-02-01T00:00:00.000Z` */
  _id: string;
  features: Pairs<unknown>;
  applied: Pairs<number>;
};

const schema = new Schema<Row>(
  {
    _id: word,
    model: word,
    version: number,
    bucket: date,
    minutes: number,
    untimed: Boolean,
    rows: number,
    features: anything,
    score: anything,
    latest: date,
    applied: anything,
    revision: number,
  },
  schemaOptions,
);
schema.index({ model: 1, version: 1, bucket: 1 });

interface CursorRow {
  _id: string;
  positions: Pairs<number>;
}
const cursorSchema = new Schema<CursorRow>({ _id: word, positions: anything }, schemaOptions);

const toDocument = ({ _id, features, score, applied, ...row }: Row): ProfileDocument<Json> => ({
  ...row,
  features: Object.fromEntries(features.map(([name, profile]) => [name, toJson(profile)])),
  score: score === undefined ? undefined : toJson(score),
  applied: Object.fromEntries(applied),
});

export function profilesIn(connection: Connection): ProfileStore<Json> {
  const rows = connection.model<Row>('Profile', schema, 'profiles');
  const cursors = connection.model<CursorRow>('ProfileCursor', cursorSchema, 'profile_cursors');
  const idOf = (model: string, version: number, bucket: Date, untimed = false) =>
    `${model}/${version}/${bucket.toISOString()}${untimed ? '/untimed' : ''}`;
  const kind = (untimed: boolean) => ({ untimed: untimed ? true : { $ne: true } });

  return reached<ProfileStore<Json>>(
    {
      async load(model, version, bucket, untimed) {
        const row = await rows.findById(idOf(model, version, bucket, untimed)).lean<Row>();
        return row ? toDocument(row) : undefined;
      },

      async save(document, expectedRevision) {
        const { model, version, bucket, features, score, applied, ...rest } = document;
        const content = {
          ...rest,
          revision: expectedRevision + 1,
          features: Object.entries(features),
          applied: Object.entries(applied),
          ...(score === undefined ? {} : { score }),
        };
        const _id = idOf(model, version, bucket, document.untimed);
        if (expectedRevision === 0) {
          const created = await unlessThere(() =>
            rows.create({ _id, model, version, bucket, ...content }),
          );
          return created !== undefined;
        }
        const { matchedCount } = await rows.updateOne(
          { _id, revision: expectedRevision },
          { $set: content, ...(score === undefined ? { $unset: { score: '' } } : {}) },
        );
        return matchedCount === 1;
      },

      async list(model, version, { from, to }) {
        const found = await rows
          .find({ model, version, bucket: { $gte: from, $lt: to } })
          .sort({ bucket: 1 })
          .lean<Row[]>();
        return found.map(toDocument);
      },

      async buckets(model, version, from, untimed) {
        const found = await rows
          .find({ model, version, bucket: { $gte: from }, ...kind(untimed) })
          .select({ bucket: 1, rows: 1 })
          .sort({ bucket: 1 })
          .lean<Pick<Row, 'bucket' | 'rows'>[]>();
        return found.map(({ bucket, rows: count }) => ({ bucket, rows: count }));
      },

      async watermark(model, version, untimed) {
        const which = untimed === undefined ? {} : kind(untimed);
        const row = await rows
          .findOne({ model, version, ...which })
          .sort({ bucket: -1 })
          .lean<Row>();
        return row?.latest;
      },

      async loadCursor(model): Promise<Positions> {
        const row = await cursors.findById(model).lean<CursorRow>();
        return Object.fromEntries(row?.positions ?? []);
      },

      async saveCursor(model, cursor) {
        const put = () =>
          cursors.updateOne(
            { _id: model },
            { $set: { positions: Object.entries(cursor) } },
            { upsert: true },
          );
        // Two first cursors at once: the second is put over the first.
        if (!(await unlessThere(put))) await put();
      },
    },
    {
      load: 'reading the profile',
      save: 'storing the profile',
      list: 'reading the profiles',
      buckets: 'reading which profiles there are',
      watermark: 'reading how far the profiles go',
      loadCursor: 'reading the cursor of the log',
      saveCursor: 'storing the cursor of the log',
    },
  );
}
