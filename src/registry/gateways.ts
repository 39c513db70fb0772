import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { GatewayReport, Gateways } from '../core/ports/gateways.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, RowSchema, word } from './schema.ts';

type Row = Omit<GatewayReport, 'name'> & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  at: date,
  environments: { type: [String], required: true },
  endpoints: anything,
  ended: Boolean,
});
schema.index({ at: -1 });

/** Replicas of a fleet get new names with each release. */
const KEPT_MS = 86_400_000;
const MOST = 1000;

export function gatewaysIn(connection: Connection, clock: Clock): Gateways {
  const rows = schema.in(connection, 'Gateway', 'gateways');
  const kept = () => new Date(clock.now().getTime() - KEPT_MS);
  return reached<Gateways>(
    {
      async report({ name, endpoints, ...report }) {
        // Without what is undefined, which would be stored as null.
        const bare = JSON.parse(JSON.stringify(endpoints));
        const put = () =>
          rows.replaceOne({ _id: name }, { ...report, endpoints: bare }, { upsert: true });
        // Two at once on one port, while one of them ends: the later report is the one that is kept.
        const { upsertedCount } = (await unlessThere(put)) ?? (await put());
        if (upsertedCount > 0) await rows.deleteMany({ at: { $lt: kept() } });
      },
      async leave(name) {
        await rows.updateOne({ _id: name }, { $set: { ended: true } });
      },
      async list() {
        const found = await rows
          .find({ at: { $gte: kept() } })
          .sort({ at: -1 })
          .limit(MOST)
          .lean<Row[]>();
        return found.map(({ _id: name, ...report }) => ({ name, ...report }));
      },
    },
    {
      report: 'storing what a gateway serves',
      leave: 'noting that a gateway ends',
      list: 'reading what the gateways serve',
    },
  );
}
