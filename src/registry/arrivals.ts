import type { Connection } from 'mongoose';
import { NotFound } from '../core/errors.ts';
import { deriveId } from '../core/ids.ts';
import type { Arrival, Arrivals, Sighting } from '../core/ports/arrivals.ts';
import { DUE_INDEX, dueField, dueSet, type WithDue } from './due-events.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

/** `unannounced` from the moment it is stored until the channel was told. */
type Row = Omit<Arrival, 'id'> & WithDue & { _id: string; unannounced?: true };
/** `_id` is derived from the model, the source and the file's name, which may hold anything. */
type SightingRow = Sighting & { _id: string };

const arrivalSchema = new RowSchema<Row>({
  _id: word,
  model: word,
  source: word,
  name: word,
  sha256: word,
  bytes: number,
  rows: number,
  columns: anything,
  times: windowField,
  checks: anything,
  status: { ...word, enum: ['accepted', 'quarantined', 'discarded'] },
  at: date,
  acceptedAt: Date,
  decision: { _id: false, type: { by: word, why: word, at: date } },
  unannounced: Boolean,
  ...dueField,
});
arrivalSchema.index(...DUE_INDEX);
arrivalSchema.index({ model: 1, at: -1, _id: -1 });
arrivalSchema.index({ model: 1, unannounced: 1 });
arrivalSchema.index({ model: 1, status: 1, acceptedAt: 1 });
arrivalSchema.index({ model: 1, 'times.to': -1 });

const sightingSchema = new RowSchema<SightingRow>({
  _id: word,
  model: word,
  source: word,
  name: word,
  bytes: number,
  modified: number,
  look: word,
  since: date,
  sha256: String,
  unreadable: { _id: false, type: { why: word, at: date } },
});
sightingSchema.index({ model: 1, source: 1 });

const toArrival = ({ _id, unannounced, due: _, ...row }: Row): Arrival => ({ id: _id, ...row });
const toSighting = ({ _id, ...row }: SightingRow): Sighting => row;
const sightingId = (model: string, source: string, name: string): string =>
  deriveId('sighting', model, source, name);

export function arrivalsIn(connection: Connection): Arrivals {
  const rows = arrivalSchema.in(connection, 'Arrival', 'arrivals');
  const seen = sightingSchema.in(connection, 'Sighting', 'sightings');

  async function find(id: string): Promise<Arrival | undefined> {
    const row = await rows.findById(id).lean<Row>();
    return row ? toArrival(row) : undefined;
  }

  async function get(id: string): Promise<Arrival> {
    const found = await find(id);
    if (found) return found;
    throw new NotFound(`There is no arrival ${id}.`, { next: '/data MODEL lists them.' });
  }

  return reached<Arrivals>(
    {
      async add({ id, ...arrival }) {
        await unlessThere(() => rows.create({ _id: id, ...arrival, unannounced: true }));
        return get(id);
      },
      async unannounced(model, source) {
        const found = await rows
          .find({ model, source, unannounced: true })
          .sort({ at: 1, _id: 1 })
          .lean<Row[]>();
        return found.map(toArrival);
      },
      async announced(id) {
        await rows.updateOne({ _id: id }, { $unset: { unannounced: 1 } });
      },
      get,
      find,
      async list({ model, source, statuses, acceptedSince, limit }) {
        const found = await rows
          .find({
            ...(model !== undefined && { model }),
            ...(source !== undefined && { source }),
            ...(statuses && { status: { $in: [...statuses] } }),
            ...(acceptedSince && { acceptedAt: { $gt: acceptedSince } }),
          })
          .sort({ at: -1, _id: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toArrival);
      },
      async decide(id, status, decision, event) {
        const row = await rows
          .findOneAndUpdate(
            { _id: id, status: 'quarantined' },
            {
              $set: {
                ...{ status, decision, ...dueSet([event]) },
                ...(status === 'accepted' && { acceptedAt: decision.at }),
              },
            },
            { returnDocument: 'after' },
          )
          .lean<Row>();
        if (row) return toArrival(row);
        await get(id);
        return undefined;
      },
      async newestRow(model) {
        const row = await rows
          .findOne({ model, status: 'accepted', 'times.to': { $exists: true } })
          .sort({ 'times.to': -1 })
          .select({ times: 1 })
          .lean<Pick<Row, 'times'>>();
        return row?.times?.to;
      },
      async accepted(model) {
        const good = await rows
          .find({ model, status: 'accepted' })
          .select({ name: 1, times: 1, at: 1 })
          .lean<Pick<Row, 'name' | 'times' | 'at'>[]>();
        const from = ({ times, at }: Pick<Row, 'times' | 'at'>) => (times?.from ?? at).getTime();
        const ordered = good.toSorted((a, b) => from(a) - from(b));
        return [...new Set(ordered.map(({ name }) => name))];
      },
      async excluded(model) {
        const bad = await rows
          .find({ model, status: { $ne: 'accepted' } })
          .select({ sha256: 1, name: 1 })
          .lean<Pick<Row, 'sha256' | 'name'>[]>();
        const files = await seen
          .find({
            model,
            $or: [
              { sha256: { $exists: false } },
              { sha256: { $in: bad.map(({ sha256 }) => sha256) } },
            ],
          })
          .lean<SightingRow[]>();
        return [...new Set([...bad, ...files].map(({ name }) => name))].toSorted();
      },
      async sightings(model, source) {
        return (await seen.find({ model, source }).lean<SightingRow[]>()).map(toSighting);
      },
      async see(sighting) {
        const { model, source, name } = sighting;
        const _id = sightingId(model, source, name);
        const row = { _id, ...sighting };
        const write = () => seen.replaceOne({ _id }, row, { upsert: true });
        // Two looks at once may both insert it: the second one replaces.
        if (!(await unlessThere(write))) await write();
      },
      async forget(model, source, names) {
        if (names.length === 0) return;
        const ids = names.map((name) => sightingId(model, source, name));
        await seen.deleteMany({ _id: { $in: ids } });
      },
    },
    {
      add: 'storing what arrived',
      unannounced: 'reading which arrivals were not announced',
      announced: 'storing that an arrival was announced',
      get: 'reading an arrival',
      find: 'reading an arrival',
      list: 'listing what arrived',
      decide: 'deciding about an arrival',
      newestRow: 'reading how far the data reaches',
      accepted: 'reading which data may be used',
      excluded: 'reading which data is left out',
      sightings: 'reading which files are known',
      see: 'storing which files are known',
      forget: 'forgetting files that are gone',
    },
  );
}
