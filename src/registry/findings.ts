import type { Connection } from 'mongoose';
import { toJson } from '../core/json.ts';
import type { Finding, Findings } from '../core/ports/alerts.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

/** Windows evaluated before there were kinds of monitors have their signals as `drifted`. */
type Row = Omit<Finding, 'detail' | 'signals'> & {
  detail?: unknown;
  signals?: string[];
  drifted?: string[];
};

const schema = new RowSchema<Row>({
  monitor: word,
  environment: word,
  version: number,
  window: windowField,
  status: { ...word, enum: ['ok', 'warn', 'alert', 'insufficient data'] },
  signals: { type: [String], default: undefined },
  drifted: { type: [String], default: undefined },
  detail: anything,
  at: date,
}).writeOnce('A finding');
// A retried evaluation of a window finds its finding there.
schema.index(
  { monitor: 1, environment: 1, version: 1, 'window.to': -1, 'window.from': -1 },
  { unique: true },
);
schema.index({ monitor: 1, environment: 1, 'window.to': -1, 'window.from': -1, version: -1 });

const toFinding = ({
  monitor,
  environment,
  version,
  window,
  status,
  at,
  ...row
}: Row): Finding => ({
  ...{ monitor, environment, version, window, status, at },
  signals: row.signals ?? row.drifted ?? [],
  detail: toJson(row.detail),
});

export function findingsIn(connection: Connection): Findings {
  const rows = schema.in(connection, 'Finding', 'findings');
  return reached<Findings>(
    {
      async add(finding) {
        await unlessThere(() => rows.create(finding));
      },

      async recent({ monitor, environment }, version, limit, until) {
        const found = await rows
          .find({
            monitor,
            environment,
            ...(version === undefined ? {} : { version }),
            ...(until === undefined ? {} : { 'window.to': { $lte: until } }),
          })
          .sort({ 'window.to': -1, 'window.from': -1, version: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toFinding);
      },
    },
    { add: 'storing the finding', recent: 'reading the findings' },
  );
}
