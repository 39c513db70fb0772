import type { Connection } from 'mongoose';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { type Json, toJson } from '../core/json.ts';
import type {
  Positions,
  ProfileDocument,
  ProfileStore,
  RowsInBucket,
} from '../core/ports/profiles.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

/** Names as values rather than keys: they may contain dots and `$`. */
type Pairs<T> = [name: string, value: T][];

type Row = Omit<ProfileDocument<unknown>, 'features' | 'answers' | 'applied'> & {
  /** `flights/production/2/2001-02-01T00:00:00.000Z`; older ones have no environment. */
  _id: string;
  features: Pairs<unknown>;
  answers?: Pairs<unknown>;
  /** Instead of `answers` in documents from before there were several tasks. */
  score?: unknown;
  applied: Pairs<number>;
};

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  environment: word,
  version: number,
  bucket: date,
  minutes: number,
  untimed: Boolean,
  rows: number,
  late: Number,
  features: anything,
  answers: anything,
  score: anything,
  latest: date,
  applied: anything,
  revision: number,
});
schema.index({ model: 1, environment: 1, version: 1, bucket: 1 });
schema.index({ model: 1, environment: 1, bucket: 1 });

interface CursorRow {
  _id: string;
  positions: Pairs<number>;
}
const cursorSchema = new RowSchema<CursorRow>({ _id: word, positions: anything });

const toDocument = ({ _id, features, answers, score, applied, ...row }: Row) => ({
  ...row,
  features: profilesOf(features),
  answers: profilesOf(answers ?? (score === undefined ? [] : [['score', score]])),
  applied: Object.fromEntries(applied),
});

function profilesOf(pairs: Pairs<unknown>): Record<string, Json> {
  return Object.fromEntries(pairs.map(([name, profile]) => [name, toJson(profile)]));
}

/** Several versions, or rows with and without a time, share a bucket. */
function sumsOf(found: readonly Pick<Row, 'bucket' | 'rows' | 'late'>[]): RowsInBucket[] {
  const sums = new Map<number, { rows: number; late: number }>();
  for (const { bucket, rows, late = 0 } of found) {
    const before = sums.get(bucket.getTime());
    sums.set(bucket.getTime(), {
      rows: (before?.rows ?? 0) + rows,
      late: (before?.late ?? 0) + late,
    });
  }
  return [...sums].map(([bucket, { rows, late }]) => ({
    ...{ bucket: new Date(bucket), rows },
    ...(late > 0 && { late }),
  }));
}

export function profilesIn(connection: Connection): ProfileStore<Json> {
  const rows = schema.in(connection, 'Profile', 'profiles');
  const cursors = cursorSchema.in(connection, 'ProfileCursor', 'profile_cursors');
  const idOf = (endpoint: Endpoint, version: number, bucket: Date, untimed = false) =>
    `${endpointId(endpoint)}/${version}/${bucket.toISOString()}${untimed ? '/untimed' : ''}`;
  const of = ({ model, environment }: Endpoint, version: number) => ({
    model,
    environment,
    version,
  });
  const kind = (untimed: boolean) => ({ untimed: untimed ? true : { $ne: true } });

  return reached<ProfileStore<Json>>(
    {
      async load(endpoint, version, bucket, untimed = false) {
        const row = await rows
          .findOne({ ...of(endpoint, version), bucket, ...kind(untimed) })
          .lean<Row>();
        return row ? toDocument(row) : undefined;
      },

      async save(document, expectedRevision) {
        const { model, environment, version, bucket, features, answers, applied, ...rest } =
          document;
        const content = {
          ...rest,
          revision: expectedRevision + 1,
          features: Object.entries(features),
          answers: Object.entries(answers),
          applied: Object.entries(applied),
        };
        const key = { ...of(document, version), bucket };
        if (expectedRevision === 0) {
          const _id = idOf(document, version, bucket, document.untimed);
          const created = await unlessThere(() =>
            rows.create({ _id, model, environment, version, bucket, ...content }),
          );
          return created !== undefined;
        }
        const { matchedCount } = await rows.updateOne(
          { ...key, ...kind(document.untimed ?? false), revision: expectedRevision },
          { $set: content, $unset: { score: '' } },
        );
        return matchedCount === 1;
      },

      async list(endpoint, version, { from, to }) {
        const found = await rows
          .find({ ...of(endpoint, version), bucket: { $gte: from, $lt: to } })
          .sort({ bucket: 1 })
          .lean<Row[]>();
        return found.map(toDocument);
      },

      async buckets({ model, environment }, from, which) {
        const found = await rows
          .find({
            ...{ model, environment, bucket: { $gte: from } },
            ...(which && { version: which.version, ...kind(which.untimed) }),
          })
          .select({ bucket: 1, rows: 1, late: 1 })
          .sort({ bucket: 1 })
          .lean<Pick<Row, 'bucket' | 'rows' | 'late'>[]>();
        return sumsOf(found);
      },

      async watermark(endpoint, version, untimed) {
        const which = untimed === undefined ? {} : kind(untimed);
        const row = await rows
          .findOne({ ...of(endpoint, version), ...which })
          .sort({ bucket: -1 })
          .lean<Row>();
        return row?.latest;
      },

      async loadCursor(endpoint): Promise<Positions> {
        const row = await cursors.findById(endpointId(endpoint)).lean<CursorRow>();
        return Object.fromEntries(row?.positions ?? []);
      },

      async saveCursor(endpoint, cursor) {
        const put = () =>
          cursors.updateOne(
            { _id: endpointId(endpoint) },
            { $set: { positions: Object.entries(cursor) } },
            { upsert: true },
          );
        // Two first cursors at once: the second overwrites the first.
        if (!(await unlessThere(put))) await put();
      },
    },
    {
      load: 'reading the profile',
      save: 'storing the profile',
      list: 'reading the profiles',
      buckets: 'reading how much was predicted',
      watermark: 'reading how far the profiles go',
      loadCursor: 'reading the cursor of the log',
      saveCursor: 'storing the cursor of the log',
    },
  );
}
