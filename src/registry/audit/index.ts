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
    // In a replica set, what only one server has can be lost with it, and an event that follows it would
    // leave a gap in the chain.
    writeConcern: { w: 'majority', j: true },
    readConcern: { level: 'majority' },
  },
).writeOnce('An audit event');
// What keeps two writers from the same place.
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

/** With what only the command line asks for. */
export interface AuditStore extends Audit {
  /** Whether every event is as it was recorded. `posted`: a head that the chain has to contain. */
  verify(posted?: AuditHead): Promise<AuditVerdict>;
}

export function auditIn(connection: Connection, clock: Clock): AuditStore {
  const rows = schema.in(connection, 'AuditEvent', 'audit');
  const newest = () => rows.findOne({}).sort({ sequence: -1 }).lean<AuditRow>();
  return reached<AuditStore>(
    {
      append: createAppend(rows, newest, clock),

      async list({ model, subject, by, limit = 50 }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(subject === undefined ? {} : { subject }),
            ...(by === undefined ? {} : { by }),
          })
          .sort({ sequence: -1 })
          .limit(limit)
          .lean<AuditRow[]>();
        return found.map(toEvent);
      },

      async head() {
        const last = await newest();
        return last ? { sequence: last.sequence, hash: last.hash } : undefined;
      },

      // Past the schema, which would hide what does not belong there.
      verify: (posted) => verifyChain(rows.collection.find({}, { sort: { sequence: 1 } }), posted),
    },
    {
      append: 'writing the audit log',
      list: 'reading the audit log',
      head: 'reading the audit log',
      verify: 'verifying the audit log',
    },
  );
}
