import type { Connection } from 'mongoose';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import type { KnownTarget, KnownTargets } from '../core/ports/known-targets.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, RowSchema, word } from './schema.ts';

type Row = KnownTarget & {
  /** `flights/production/edge` */
  _id: string;
};

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  environment: word,
  spec: anything,
  moved: Boolean,
  shown: { type: [Number], default: undefined },
});

const MOST = 10_000;

export function knownTargetsIn(connection: Connection): KnownTargets {
  const rows = schema.in(connection, 'KnownTarget', 'targets');
  const idOf = (endpoint: Endpoint, target: string) => `${endpointId(endpoint)}/${target}`;
  return reached<KnownTargets>(
    {
      async see({ model, environment, spec, moved }) {
        const put = () =>
          rows.updateOne(
            { _id: idOf({ model, environment }, spec.name) },
            { $set: { model, environment, spec, ...(moved && { moved }) } },
            { upsert: true },
          );
        // Two workers at once write the same.
        if (!(await unlessThere(put))) await put();
      },
      async get(endpoint, target) {
        const found = await rows.findById(idOf(endpoint, target)).lean<Row>();
        if (!found) return undefined;
        const { _id, ...known } = found;
        return known;
      },
      async shows(endpoint, target, versions) {
        for (const version of versions)
          await rows.updateOne({ _id: idOf(endpoint, target) }, { $addToSet: { shown: version } });
      },
      async release(endpoint, target, version) {
        await rows.updateOne({ _id: idOf(endpoint, target) }, { $pull: { shown: version } });
      },
      async list() {
        const found = await rows.find().sort({ _id: 1 }).limit(MOST).lean<Row[]>();
        return found.map(({ _id, ...known }) => known);
      },
      async forget(endpoint, target) {
        await rows.deleteOne({ _id: idOf(endpoint, target) });
      },
    },
    {
      see: 'recording what was sent to a target',
      get: 'reading what a target has',
      list: 'reading which targets have something',
      shows: 'recording what a target has shown',
      release: 'recording what a target need not have',
      forget: 'recording what was removed from a target',
    },
  );
}
