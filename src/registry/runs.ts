import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import { toJson } from '../core/json.ts';
import { FINAL, type Run, type RunStatus, type RunSummary, type Runs } from '../core/ports/runs.ts';
import { DUE_INDEX, dueField, dueSet, type WithDue } from './due-events.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

type Row = Omit<Run, 'id' | 'result'> & WithDue & { _id: string; result?: unknown };

const STATUSES: readonly RunStatus[] = ['queued', 'running', ...FINAL];
const UNFINISHED: RunStatus[] = ['queued', 'running'];

const schema = new RowSchema<Row>({
  _id: word,
  kind: word,
  model: word,
  status: { ...word, enum: STATUSES },
  parameters: anything,
  window: windowField,
  versions: [Number],
  environment: String,
  newest: Boolean,
  alert: String,
  trigger: anything,
  pipeline: String,
  requestedBy: word,
  stage: String,
  share: number,
  cancelRequestedBy: String,
  version: Number,
  result: anything,
  error: String,
  trace: String,
  warnings: { type: [String], default: undefined },
  attempts: number,
  createdAt: date,
  startedAt: Date,
  seenAt: Date,
  finishedAt: Date,
  ...dueField,
});
schema.index(...DUE_INDEX);
schema.index({ createdAt: -1, _id: -1 });
schema.index({ model: 1, createdAt: -1, _id: -1 });
schema.index({ requestedBy: 1, createdAt: -1, _id: -1 });
schema.index({ status: 1, seenAt: 1 });

const SUMMARY = {
  ...{ kind: 1, model: 1, status: 1, parameters: 1, window: 1, versions: 1, environment: 1 },
  ...{
    newest: 1,
    trigger: 1,
    pipeline: 1,
    requestedBy: 1,
    stage: 1,
    share: 1,
    cancelRequestedBy: 1,
    version: 1,
  },
  ...{ error: 1, trace: 1, attempts: 1, createdAt: 1, startedAt: 1, seenAt: 1, finishedAt: 1 },
} as const;

const toRun = ({ _id, result, due: _, ...row }: Row): Run => ({
  id: _id,
  ...row,
  ...(result === undefined ? {} : { result: toJson(result) }),
});

export function runsIn(connection: Connection, clock: Clock): Runs {
  const rows = schema.in(connection, 'Run', 'runs');

  async function get(id: string): Promise<Run> {
    const row = await rows.findById(id).lean<Row>();
    if (!row) throw new NotFound(`There is no run ${id}.`);
    return toRun(row);
  }

  /** Changes an unfinished run; undefined if it is final. Throws NotFound if there is none. */
  async function move(id: string, change: Parameters<typeof rows.findOneAndUpdate>[1]) {
    const row = await rows
      .findOneAndUpdate({ _id: id, status: { $in: UNFINISHED } }, change, {
        returnDocument: 'after',
      })
      .lean<Row>();
    if (row) return toRun(row);
    await get(id);
    return undefined;
  }

  return reached<Runs>(
    {
      async create({ id, ...draft }) {
        const fresh = { status: 'queued' as const, stage: '', share: 0, attempts: 0 };
        await unlessThere(() =>
          rows.create({ _id: id, ...draft, ...fresh, createdAt: clock.now() }),
        );
        return get(id);
      },

      get,

      async list({ model, status, requestedBy, limit = 50 }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(status ? { status } : {}),
            ...(requestedBy === undefined ? {} : { requestedBy }),
          })
          .sort({ createdAt: -1, _id: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toRun);
      },

      async summaries({ model, status, limit }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(status ? { status } : {}),
          })
          .select(SUMMARY)
          .sort({ createdAt: -1, _id: -1 })
          .limit(limit)
          .lean<Omit<Row, 'result' | 'warnings'>[]>();
        return found.map(({ _id: id, ...row }): RunSummary => ({ id, ...row }));
      },

      begin(id) {
        const now = clock.now();
        return move(id, {
          $set: { status: 'running', seenAt: now },
          // The first start: the duration includes failed attempts.
          $min: { startedAt: now },
          $inc: { attempts: 1 },
        });
      },

      async progress(id, stage, share) {
        await move(id, { $set: { stage, share, seenAt: clock.now() } });
      },

      async warn(id, warnings) {
        for (const warning of warnings)
          await rows.updateOne({ _id: id }, { $addToSet: { warnings: warning } });
      },

      finish(id, { status, ...end }, event) {
        const whole = status === 'succeeded' ? { share: 1 } : {};
        const set = { status, ...end, ...whole, finishedAt: clock.now() };
        return move(id, { $set: { ...set, ...dueSet([event]) } });
      },

      requestCancel: (id, by) => move(id, { $set: { cancelRequestedBy: by } }),

      async silentSince(before) {
        const found = await rows
          .find({
            status: { $in: UNFINISHED },
            $or: [
              { seenAt: { $lt: before } },
              { seenAt: { $exists: false }, createdAt: { $lt: before } },
            ],
          })
          .sort({ createdAt: 1 })
          .lean<Row[]>();
        return found.map(toRun);
      },
    },
    {
      create: 'storing the run',
      get: 'reading the run',
      list: 'listing the runs',
      summaries: 'listing the runs',
      begin: 'starting the run',
      progress: "storing the run's progress",
      warn: "storing the run's warnings",
      finish: "storing the run's end",
      requestCancel: 'cancelling the run',
      silentSince: 'looking for silent runs',
    },
  );
}
