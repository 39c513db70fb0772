import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { NotFound, Refused } from '../core/errors.ts';
import { toJson } from '../core/json.ts';
import type { Alert, Alerts, Grade } from '../core/ports/alerts.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

type Row = Omit<Alert, 'id' | 'evidence' | 'kind' | 'grade'> & {
  _id: string;
  /** Missing if it was raised before there were several environments. */
  kind?: string;
  /** Missing if it was raised before monitors had grades; none of those measured a loss. */
  grade?: Grade;
  evidence?: unknown;
  /** True until it is resolved: used by the unique index. */
  unresolved: boolean;
};

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  environment: word,
  monitor: word,
  kind: String,
  version: number,
  deployment: String,
  status: { ...word, enum: ['open', 'acknowledged', 'resolved'] },
  unresolved: { type: Boolean, required: true },
  severity: { ...word, enum: ['warn', 'alert'] },
  grade: { type: String, enum: ['harm', 'inform'] },
  window: windowField,
  evidence: anything,
  pictures: [{ _id: false, sha256: String, alt: String, width: Number, height: Number }],
  openedAt: date,
  acknowledgedBy: String,
  resolvedAt: Date,
});
schema.index(
  { model: 1, environment: 1, monitor: 1, version: 1 },
  { unique: true, partialFilterExpression: { unresolved: true } },
);
schema.index({ openedAt: -1, _id: -1 });
schema.index({ model: 1, openedAt: -1, _id: -1 });

const toAlert = ({
  _id,
  evidence,
  unresolved: _,
  kind = 'drift',
  grade = 'inform',
  ...row
}: Row): Alert => ({
  id: _id,
  kind,
  grade,
  ...row,
  evidence: toJson(evidence),
});

export function alertsIn(connection: Connection, clock: Clock): Alerts {
  const rows = schema.in(connection, 'Alert', 'alerts');
  const after = { returnDocument: 'after' } as const;

  async function get(id: string): Promise<Alert> {
    const row = await rows.findById(id).lean<Row>();
    if (!row) throw new NotFound(`There is no alert ${id}.`);
    return toAlert(row);
  }

  async function current({ model, environment }: Endpoint, monitor: string, version: number) {
    const row = await rows
      .findOne({ model, environment, monitor, version, unresolved: true })
      .lean<Row>();
    return row ? toAlert(row) : undefined;
  }

  /** Updates the open alert with `draft`, unless its state is newer. */
  async function refresh(draft: Parameters<Alerts['raise']>[0]): Promise<Alert | undefined> {
    const { model, environment, monitor, version, window } = draft;
    const row = await rows
      .findOneAndUpdate(
        {
          model,
          environment,
          monitor,
          version,
          unresolved: true,
          'window.to': { $lte: window.to },
        },
        {
          $set: {
            severity: draft.severity,
            evidence: draft.evidence,
            pictures: draft.pictures,
            ...(draft.deployment !== undefined && { deployment: draft.deployment }),
            'window.to': window.to,
          },
        },
        after,
      )
      .lean<Row>();
    return row ? toAlert(row) : current(draft, monitor, version);
  }

  return reached<Alerts>(
    {
      async raise(draft) {
        const { id, ...given } = draft;
        for (let attempt = 0; attempt < 5; attempt++) {
          const refreshed = await refresh(draft);
          // Its own ID: the attempt that opened it may have crashed before reporting it.
          if (refreshed) return { alert: refreshed, fresh: refreshed.id === id };
          const opened = { status: 'open' as const, unresolved: true, openedAt: clock.now() };
          const row = await unlessThere(() => rows.create({ _id: id, ...given, ...opened }));
          if (row) return { alert: await get(id), fresh: true };
          // Raised before and resolved since: the retry changes nothing.
          const old = await rows.findById(id).lean<Row>();
          if (old && !old.unresolved) return { alert: toAlert(old), fresh: false };
        }
        throw new Error(`raising the alert ${draft.id}: it is opened and resolved all the time`);
      },

      current,
      get,

      async acknowledge(id, by) {
        const row = await rows
          .findOneAndUpdate(
            { _id: id, status: 'open' },
            { $set: { status: 'acknowledged', acknowledgedBy: by } },
            after,
          )
          .lean<Row>();
        if (row) return toAlert(row);
        const alert = await get(id);
        if (alert.status === 'resolved') throw new Refused(`Alert ${id} is already resolved.`);
        return alert;
      },

      async resolve(id) {
        const row = await rows
          .findOneAndUpdate(
            { _id: id, unresolved: true },
            { $set: { status: 'resolved', unresolved: false, resolvedAt: clock.now() } },
            after,
          )
          .lean<Row>();
        if (row) return toAlert(row);
        await get(id);
        return undefined;
      },

      async list({ model, environment, includeResolved = false, limit = 50 }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(environment === undefined ? {} : { environment }),
            ...(includeResolved ? {} : { unresolved: true }),
          })
          .sort({ openedAt: -1, _id: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toAlert);
      },
    },
    {
      raise: 'raising the alert',
      current: 'reading the alert',
      get: 'reading the alert',
      acknowledge: 'acknowledging the alert',
      resolve: 'resolving the alert',
      list: 'listing the alerts',
    },
  );
}
