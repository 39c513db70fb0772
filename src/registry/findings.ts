import type { Connection } from 'mongoose';
import { toJson } from '../core/json.ts';
import type { Finding, FindingStatus, Findings } from '../core/ports/alerts.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

/** Windows evaluated before there were kinds of monitors have their signals as `drifted`. */
type Row = Omit<Finding, 'detail' | 'figures' | 'signals' | 'state'> & {
  detail?: unknown;
  figures?: unknown;
  state?: unknown;
  signals?: string[];
  drifted?: string[];
};

const STATUSES: FindingStatus[] = [
  ...(['ok', 'warn', 'alert'] as const),
  ...(['insufficient data', 'still learning', 'held back'] as const),
];

const schema = new RowSchema<Row>({
  monitor: word,
  environment: word,
  version: number,
  window: windowField,
  status: { ...word, enum: STATUSES },
  signals: { type: [String], default: undefined },
  drifted: { type: [String], default: undefined },
  detail: anything,
  figures: anything,
  budget: { _id: false, type: { falseAlarms: String, monitors: Number } },
  state: anything,
  at: date,
});
/** A state is larger than all the rest, and only the newest one is ever needed. */
const WITHOUT_STATE = {
  ...{ monitor: 1, environment: 1, version: 1, window: 1, status: 1 },
  ...{ signals: 1, drifted: 1, detail: 1, figures: 1, budget: 1, at: 1 },
} as const;
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
  budget,
  ...row
}: Omit<Row, 'state'>): Finding => ({
  ...{ monitor, environment, version, window, status, at },
  signals: row.signals ?? row.drifted ?? [],
  detail: toJson(row.detail),
  ...(budget && { budget }),
  ...(row.figures !== undefined && { figures: toJson(row.figures) }),
});

export function findingsIn(connection: Connection): Findings {
  const rows = schema.in(connection, 'Finding', 'findings');
  return reached<Findings>(
    {
      async add(finding) {
        await unlessThere(() => rows.create(finding));
      },

      async revise({ monitor, environment, version, window, ...found }) {
        await rows.updateOne(
          {
            ...{ monitor, environment, version },
            ...{ 'window.from': window.from, 'window.to': window.to, at: { $lte: found.at } },
          },
          { $set: found, $unset: { drifted: '' } },
        );
      },

      async recent({ monitor, environment }, version, limit, until) {
        const found = await rows
          .find({
            monitor,
            environment,
            ...(version === undefined ? {} : { version }),
            ...(until === undefined ? {} : { 'window.to': { $lte: until } }),
          })
          .select(WITHOUT_STATE)
          .sort({ 'window.to': -1, 'window.from': -1, version: -1 })
          .limit(limit)
          .lean<Omit<Row, 'state'>[]>();
        return found.map(toFinding);
      },

      async stateAt({ monitor, environment }, version, until) {
        const found = await rows
          .findOne({ monitor, environment, version, 'window.to': { $lte: until } })
          .select({ state: 1 })
          .sort({ 'window.to': -1, 'window.from': -1 })
          .lean<Pick<Row, 'state'>>();
        return found?.state === undefined ? undefined : toJson(found.state);
      },
    },
    {
      add: 'storing the finding',
      revise: 'revising the finding',
      recent: 'reading the findings',
      stateAt: 'reading what a monitor has seen so far',
    },
  );
}
