import type { Connection } from 'mongoose';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import type { Traffic, TrafficStore } from '../core/ports/traffic.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

type Row = Omit<Traffic, 'latencies'> & {
  /** `flights/production/2/2026-11-30T12:00:00.000Z` */
  _id: string;
  /** By bin; missing before the first answer. */
  latencies?: Record<string, number>;
};

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  environment: word,
  version: number,
  hour: date,
  requests: number,
  failures: number,
  latencies: anything,
  elsewhere: number,
  labels: number,
  latest: date,
});
schema.index({ model: 1, environment: 1, hour: 1 });
schema.index({ hour: 1 });

/** Hours that are older are deleted: monitors look back four weeks. */
const KEPT_MS = 60 * 86_400_000;

const toTraffic = ({ _id, latencies = {}, ...row }: Row): Traffic => ({
  ...row,
  latencies: Object.entries(latencies)
    .map(([bin, count]): [number, number] => [Number(bin), count])
    .sort(([a], [b]) => a - b),
});

export function trafficIn(connection: Connection): TrafficStore {
  const rows = schema.in(connection, 'Traffic', 'traffic');
  const idOf = (endpoint: Endpoint, version: number, hour: Date) =>
    `${endpointId(endpoint)}/${version}/${hour.toISOString()}`;
  return reached<TrafficStore>(
    {
      async add({ model, environment, version, hour, latencies, latest, ...counts }) {
        const _id = idOf({ model, environment }, version, hour);
        const bins = latencies.map(([bin, count]) => [`latencies.${bin}`, count] as const);
        const put = () =>
          rows.updateOne(
            { _id },
            {
              $inc: { ...counts, ...Object.fromEntries(bins) },
              $max: { latest },
              $setOnInsert: { model, environment, version, hour },
            },
            { upsert: true },
          );
        // Two gateways begin an hour at once: the second adds to it.
        const { upsertedCount } = (await unlessThere(put)) ?? (await put());
        if (upsertedCount > 0)
          await rows.deleteMany({ hour: { $lt: new Date(hour.getTime() - KEPT_MS) } });
      },

      async within({ model, environment }, { from, to }, version) {
        const found = await rows
          .find({
            ...{ model, environment, hour: { $gte: from, $lt: to } },
            ...(version !== undefined && { version }),
          })
          .sort({ hour: 1 })
          .lean<Row[]>();
        return found.map(toTraffic);
      },
    },
    { add: 'storing how much was answered', within: 'reading how much was answered' },
  );
}
