import { type Connection, Schema } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { toJson } from '../core/json.ts';
import type { Audit, AuditEvent } from '../core/ports/audit.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, freeze, schemaOptions, word } from './schema.ts';

type Row = Omit<AuditEvent, 'id' | 'before' | 'after'> & {
  _id: string;
  before?: unknown;
  after?: unknown;
};

const schema = freeze(
  new Schema<Row>(
    {
      _id: word,
      at: date,
      by: word,
      action: word,
      subject: word,
      model: String,
      via: word,
      before: anything,
      after: anything,
    },
    schemaOptions,
  ),
  'An audit event',
);
schema.index({ at: -1, _id: -1 });
schema.index({ model: 1, at: -1, _id: -1 });
schema.index({ subject: 1, at: -1, _id: -1 });

const toEvent = ({ _id, before, after, ...row }: Row): AuditEvent => ({
  id: _id,
  ...row,
  ...(before === undefined ? {} : { before: toJson(before) }),
  ...(after === undefined ? {} : { after: toJson(after) }),
});

export function auditIn(connection: Connection, clock: Clock): Audit {
  const rows = connection.model<Row>('AuditEvent', schema, 'audit');
  return reached<Audit>(
    {
      async record({ id, ...event }) {
        await unlessThere(() => rows.create({ _id: id, ...event, at: clock.now() }));
      },

      async list({ model, subject, limit = 50 }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(subject === undefined ? {} : { subject }),
          })
          .sort({ at: -1, _id: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toEvent);
      },
    },
    { record: 'writing the audit', list: 'reading the audit' },
  );
}
