import { toJson } from '../core/json.ts';
import { FINAL, type Run, type RunStatus } from '../core/ports/runs.ts';
import { DUE_INDEX, dueField, type WithDue } from './due-events.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

export type RunRow = Omit<Run, 'id' | 'result'> & WithDue & { _id: string; result?: unknown };

const STATUSES: readonly RunStatus[] = ['queued', 'running', ...FINAL];
export const UNFINISHED: RunStatus[] = ['queued', 'running'];

export const runSchema = new RowSchema<RunRow>({
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
  engine: String,
  imports: anything,
  execution: anything,
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
runSchema.index(...DUE_INDEX);
runSchema.index({ createdAt: -1, _id: -1 });
runSchema.index({ model: 1, createdAt: -1, _id: -1 });
runSchema.index({ requestedBy: 1, createdAt: -1, _id: -1 });
runSchema.index({ status: 1, seenAt: 1 });
runSchema.index({ 'execution.endedAt': 1, status: 1 });

export const SUMMARY = {
  ...{ kind: 1, model: 1, status: 1, parameters: 1, window: 1, versions: 1, environment: 1 },
  ...{
    newest: 1,
    trigger: 1,
    pipeline: 1,
    engine: 1,
    imports: 1,
    requestedBy: 1,
    stage: 1,
    share: 1,
    cancelRequestedBy: 1,
    version: 1,
  },
  ...{ error: 1, trace: 1, attempts: 1, createdAt: 1, startedAt: 1, seenAt: 1, finishedAt: 1 },
} as const;

export const toRun = ({ _id, result, due: _, ...row }: RunRow): Run => ({
  id: _id,
  ...row,
  ...(result === undefined ? {} : { result: toJson(result) }),
});
