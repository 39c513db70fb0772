import type { Connection } from 'mongoose';
import type { Clock } from '../../core/clock.ts';
import { toJson } from '../../core/json.ts';
import type { Audit, AuditEvent, AuditHead } from '../../core/ports/audit.ts';
import { reached } from '../reach.ts';
import { anything, date, number, RowSchema, word } from '../schema.ts';
import { createAppend } from './append.ts';
import type { AuditRow } from './chain.ts';
import { type AuditVerdict, verifyChain } from './verify.ts';

const schema = new RowSchema<AuditRow>(
  {
    _id: word,
    sequence: number,
    previous: word,
    hash: word,
    at: date,
    by: word,
    action: word,
    subject: word,
    model: String,
    environment: String,
    via: word,
    before: anything,
    after: anything,
  },
  {
    // In a replica set, data on one server only can be lost with it, and a later event would leave a gap in the
    // chain.
    writeConcern: { w: 'majority', j: true },
    readConcern: { level: 'majority' },
  },
).writeOnce('An audit event');
// Prevents two writers from using the same place.
schema.index({ sequence: 1 }, { unique: true });
schema.index({ model: 1, sequence: -1 });
schema.index({ subject: 1, sequence: -1 });
schema.index({ by: 1, sequence: -1 });

const toEvent = ({ _id, before, after, ...row }: AuditRow): AuditEvent => ({
  id: _id,
  ...row,
  ...(before === undefined ? {} : { before: toJson(before) }),
  ...(after === undefined ? {} : { after: toJson(after) }),
});

/** With the methods that only the command line uses. */
export interface AuditStore extends Audit {
  /** Whether all events are as recorded. `posted`: a head that the chain must contain. */
  verify(posted?: AuditHead): Promise<AuditVerdict>;
}

export function auditIn(connection: Connection, clock: Clock): AuditStore {
  const rows = schema.in(connection, 'AuditEvent', 'audit');
  const newest = () => rows.findOne({}).sort({ sequence: -1 }).lean<AuditRow>();
  return reached<AuditStore>(
    {
      append: createAppend(rows, newest, clock),

      async find(id) {
        const row = await rows.findById(id).lean<AuditRow>();
        return row ? toEvent(row) : undefined;
      },

      async list({ model, subject, by, action, limit = 50 }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(subject === undefined ? {} : { subject }),
            ...(by === undefined ? {} : { by }),
            ...(action === undefined ? {} : { action }),
          })
          .sort({ sequence: -1 })
          .limit(limit)
          .lean<AuditRow[]>();
        return found.map(toEvent);
      },

      async after(sequence, limit) {
        const found = await rows
          .find({ sequence: { $gt: sequence } })
          .sort({ sequence: 1 })
          .limit(limit)
          .lean<AuditRow[]>();
        return found.map(toEvent);
      },

      async head() {
        const last = await newest();
        return last ? { sequence: last.sequence, hash: last.hash } : undefined;
      },

      // Bypasses the schema, which would hide unknown fields.
      verify: (posted) => verifyChain(rows.collection.find({}, { sort: { sequence: 1 } }), posted),
    },
    {
      append: 'writing the audit log',
      find: 'reading the audit log',
      list: 'reading the audit log',
      after: 'reading the audit log',
      head: 'reading the audit log',
      verify: 'verifying the audit log',
    },
  );
}
