import { toJson } from '../core/json.ts';
import type { Alert, Grade } from '../core/ports/alerts.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

/** Fields that alerts of earlier releases do not have. */
type Newer = 'kind' | 'grade' | 'newest' | 'windows' | 'signals' | 'sizes';

export type AlertRow = Omit<Alert, 'id' | 'evidence' | Newer> & {
  _id: string;
  /** Missing if it was raised before there were several environments. */
  kind?: string;
  /** Missing if it was raised before monitors had grades; none of those measured a loss. */
  grade?: Grade;
  evidence?: unknown;
  newest?: Alert['window'];
  windows?: number;
  signals?: string[];
  sizes?: number[];
  /** True until it is resolved: used by the unique index. */
  unresolved: boolean;
};

const strings = { type: [String], default: undefined } as const;

export const alertSchema = new RowSchema<AlertRow>({
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
  newest: windowField,
  windows: Number,
  signals: strings,
  sizes: { type: [Number], default: undefined },
  told: { _id: false, type: { signals: [String], size: Number } },
  carried: { _id: false, type: { from: Number, deployment: String } },
  snooze: { _id: false, type: { by: String, at: Date, until: Date } },
  escalation: { _id: false, type: { due: Date, at: Date, told: Boolean } },
  probe: { _id: false, type: { run: String, at: Date, found: anything, fault: String } },
  causes: anything,
  evidence: anything,
  pictures: [{ _id: false, sha256: String, alt: String, width: Number, height: Number }],
  openedAt: date,
  acknowledgedBy: String,
  handled: Boolean,
  resolvedAt: Date,
  replacedBy: Number,
})
  .index(
    { model: 1, environment: 1, monitor: 1 },
    { unique: true, partialFilterExpression: { unresolved: true } },
  )
  .index({ unresolved: 1 })
  .index({ 'escalation.told': 1 })
  .index({ openedAt: -1, _id: -1 })
  .index({ model: 1, openedAt: -1, _id: -1 });

export const toAlert = ({ _id, evidence, unresolved: _, ...row }: AlertRow): Alert => ({
  ...{ id: _id, kind: 'drift', grade: 'inform', newest: row.window, windows: 1 },
  ...{ signals: [], sizes: [] },
  ...row,
  evidence: toJson(evidence),
});
