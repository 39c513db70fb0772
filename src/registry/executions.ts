import type { Model } from 'mongoose';
import type { Execution } from '../core/engine.ts';
import { FINAL, type Run, type Runs } from '../core/ports/runs.ts';
import { type RunRow, toRun, UNFINISHED } from './run-rows.ts';

/** That one is open, and was started. */
export const OPEN = {
  'execution.handle': { $exists: true },
  'execution.endedAt': { $exists: false },
} as const;

/** More than can be left behind between two looks. */
const MOST = 500;

/** The executions of runs. Each changes one only if it is the one that is meant. */
export function executionsIn(
  rows: Model<RunRow>,
  { get, now }: { get(id: string): Promise<Run>; now(): Date },
): Pick<Runs, 'execute' | 'started' | 'used' | 'ended' | 'unended'> {
  const openOne = (id: string, execution: string) => ({
    _id: id,
    'execution.id': execution,
    'execution.endedAt': { $exists: false },
  });
  return {
    async execute(id, execution): Promise<Execution | undefined> {
      const isFree = [
        { execution: { $exists: false } },
        // One number is executed once, whoever asks for it again.
        {
          'execution.endedAt': { $exists: true },
          'execution.number': { $lt: execution.number },
        },
      ];
      const open = { status: { $in: UNFINISHED } };
      await rows.updateOne({ _id: id, ...open, $or: isFree }, { $set: { execution } });
      const run = await get(id);
      return FINAL.includes(run.status) ? undefined : run.execution;
    },

    async started(id, execution, handle) {
      const change = { $set: { 'execution.handle': handle } };
      await rows.updateOne({ _id: id, 'execution.id': execution }, change);
      return get(id);
    },

    async used(id, execution, use) {
      await rows.updateOne(openOne(id, execution), { $set: { 'execution.use': use } });
    },

    async ended(id, execution) {
      await rows.updateOne(openOne(id, execution), { $set: { 'execution.endedAt': now() } });
    },

    async unended() {
      const found = await rows
        .find({
          status: { $in: [...FINAL] },
          'execution.id': { $exists: true },
          'execution.endedAt': { $exists: false },
        })
        .limit(MOST)
        .lean<RunRow[]>();
      return found.map(toRun);
    },
  };
}
