import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import type { Run, RunSummary, Runs } from '../core/ports/runs.ts';
import { dueSet } from './due-events.ts';
import { executionsIn, OPEN } from './executions.ts';
import { reached, unlessThere } from './reach.ts';
import { type RunRow, runSchema, SUMMARY, toRun, UNFINISHED } from './run-rows.ts';

const AFTER = { returnDocument: 'after' } as const;

export function runsIn(connection: Connection, clock: Clock): Runs {
  const rows = runSchema.in(connection, 'Run', 'runs');

  async function get(id: string): Promise<Run> {
    const row = await rows.findById(id).lean<RunRow>();
    if (!row) throw new NotFound(`There is no run ${id}.`);
    return toRun(row);
  }

  /** Changes an unfinished run; undefined if it is final. Throws NotFound if there is none. */
  async function move(id: string, change: Parameters<typeof rows.findOneAndUpdate>[1]) {
    const row = await rows
      .findOneAndUpdate({ _id: id, status: { $in: UNFINISHED } }, change, AFTER)
      .lean<RunRow>();
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
          .lean<RunRow[]>();
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
          .lean<Omit<RunRow, 'result' | 'warnings'>[]>();
        return found.map(({ _id: id, ...row }): RunSummary => ({ id, ...row }));
      },

      async begin(id) {
        const now = clock.now();
        const begun = { $set: { status: 'running', seenAt: now }, $min: { startedAt: now } };
        // The first start: the duration includes failed attempts.
        const adopted = await rows
          .findOneAndUpdate({ _id: id, status: { $in: UNFINISHED }, ...OPEN }, begun, AFTER)
          .lean<RunRow>();
        return adopted ? toRun(adopted) : move(id, { ...begun, $inc: { attempts: 1 } });
      },

      ...executionsIn(rows, { get, now: clock.now }),

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

      async unqueue(id, error) {
        const end = { status: 'failed', error, finishedAt: clock.now() };
        await rows.updateOne({ _id: id, status: 'queued', attempts: 0 }, { $set: end });
        return get(id);
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
          .lean<RunRow[]>();
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
      unqueue: "storing the run's end",
      requestCancel: 'cancelling the run',
      execute: 'storing how the run is executed',
      started: 'storing how the run is executed',
      used: 'storing what an execution used',
      ended: 'storing the end of an execution',
      unended: 'looking for executions',
      silentSince: 'looking for silent runs',
    },
  );
}
