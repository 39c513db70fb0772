import type { Alert, AlertPart } from '../core/ports/alerts.ts';
import { withLead } from './alert-parts.ts';
import { DUE_INDEX, dueField, type WithDue } from './due-events.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

export type AlertRow = Omit<Alert, 'id' | keyof AlertPart> &
  WithDue & {
    _id: string;
    /**
     * Counts the alerts of its endpoint, and is unique among the open ones: of several that are opened at once one
     * succeeds, and the others see it when they try again.
     */
    ordinal: number;
    /** Grows with every change of `parts`, which are replaced as a whole. */
    revision: number;
    /** True until it is resolved: used by the unique index. */
    unresolved: boolean;
  };

export const alertSchema = new RowSchema<AlertRow>({
  _id: word,
  model: word,
  environment: word,
  parts: [anything],
  ordinal: number,
  revision: number,
  version: number,
  deployment: String,
  status: { ...word, enum: ['open', 'acknowledged', 'resolved'] },
  unresolved: { type: Boolean, required: true },
  severity: { ...word, enum: ['warn', 'alert'] },
  carried: { _id: false, type: { from: Number, deployment: String } },
  snooze: { _id: false, type: { by: String, at: Date, until: Date } },
  escalation: { _id: false, type: { due: Date, at: Date, told: Boolean } },
  probe: { _id: false, type: { run: String, at: Date, found: anything, fault: String } },
  openedAt: date,
  acknowledgedBy: String,
  handled: Boolean,
  resolvedAt: Date,
  replacedBy: Number,
  ...dueField,
})
  .index(
    { model: 1, environment: 1, ordinal: 1 },
    { unique: true, partialFilterExpression: { unresolved: true } },
  )
  .index({ unresolved: 1 })
  .index({ 'escalation.told': 1 })
  .index({ openedAt: -1, _id: -1 })
  .index({ model: 1, openedAt: -1, _id: -1 })
  .index(...DUE_INDEX);

export function toAlert({
  _id,
  unresolved: _,
  ordinal: __,
  revision: ___,
  due: ____,
  ...row
}: AlertRow): Alert {
  return { id: _id, ...withLead(row) };
}
