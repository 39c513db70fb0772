import type { Connection } from 'mongoose';
import type { Approval, ApprovalStatus, Vote } from '../core/ports/approvals.ts';
import { DUE_INDEX, dueField, type WithDue } from './due-events.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

export type Row = Omit<Approval, 'id' | 'votes'> &
  WithDue & {
    _id: string;
    /** By person, so that adding or replacing a vote is one `$set`. */
    votes: Record<string, Omit<Vote, 'person'>>;
    /** True while it is checking or open: used by the unique index. */
    active: boolean;
  };

const STATUSES: readonly ApprovalStatus[] = [
  'checking',
  'open',
  'refused',
  'approved',
  'rejected',
  'expired',
  'superseded',
];

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  version: number,
  environment: word,
  requestedBy: word,
  automation: String,
  tell: anything,
  status: { ...word, enum: STATUSES },
  active: { type: Boolean, required: true },
  needed: number,
  votes: anything,
  revision: number,
  evidence: anything,
  override: anything,
  reason: String,
  createdAt: date,
  expiresAt: Date,
  settlesAt: Date,
  decidedAt: Date,
  deployment: String,
  confirmedAt: Date,
  ...dueField,
});
schema.index(...DUE_INDEX);
schema.index(
  { model: 1, version: 1, environment: 1 },
  { unique: true, partialFilterExpression: { active: true } },
);
schema.index({ createdAt: -1, _id: -1 });
schema.index({ model: 1, createdAt: -1, _id: -1 });
schema.index({ status: 1, createdAt: -1, _id: -1 });

export function toApproval({ _id, votes, active: _, due: __, ...row }: Row): Approval {
  const cast = Object.entries(votes).map(([person, vote]) => ({ person, ...vote }));
  cast.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.person < b.person ? -1 : 1));
  return { id: _id, ...row, votes: cast };
}

/**
 * The field of a person's vote. IDs of people come from the configuration; one that could reach another field
 * must be refused here.
 */
export function ballot(person: string): string {
  if (!/^[a-z0-9_-]+$/.test(person)) throw new Error(`'${person}' is not the id of a person`);
  return `votes.${person}`;
}

export const approvalRows = (connection: Connection) =>
  schema.in(connection, 'Approval', 'approvals');
