import type { mongo } from 'mongoose';
import { type AuditRow, BEGINNING, sealAfter, type Unsealed } from '../audit/chain.ts';
import { unlessThere } from '../reach.ts';
import { dropIndexes } from './drop-indexes.ts';
import type { Migration } from './migration.ts';

type Row = Unsealed & Partial<AuditRow>;

/** The last event of the migration: which events it sealed, as opposed to when they happened. */
const ID = 'migration-0002-seal-audit';

/**
 * Adds the events of earlier releases to the chain, in the order of their times, and records this. Their
 * content is unchanged: fields are only added.
 */
export const sealAudit: Migration = {
  name: '0002-seal-audit',
  async run(db, at) {
    const rows = db.collection<Row>('audit');
    for (let isDone = false; !isDone; ) isDone = await sealAll(rows);
    for (let isRecorded = false; !isRecorded; ) isRecorded = await record(rows, at);
    // Lists are in the order of the chain now.
    await dropIndexes(db, [
      ['audit', 'at_-1__id_-1'],
      ['audit', 'model_1_at_-1__id_-1'],
      ['audit', 'subject_1_at_-1__id_-1'],
    ]);
  },
};

/** False if another process sealed an event in between: the rest must be read again. */
async function sealAll(rows: mongo.Collection<Row>): Promise<boolean> {
  // Read before the head: an event that another process seals in the meantime is then found below.
  const left = await rows
    .find({ sequence: { $exists: false } })
    .sort({ at: 1, _id: 1 })
    .toArray();
  let head = await headOf(rows);
  for (const event of left) {
    const seal = sealAfter(head, event);
    const { matchedCount } = await rows.updateOne(
      { _id: event._id, sequence: { $exists: false } },
      { $set: seal },
    );
    if (matchedCount === 0) return false;
    head = seal;
  }
  return true;
}

/** False if another process appended in between. */
async function record(rows: mongo.Collection<Row>, at: Date): Promise<boolean> {
  const head = await headOf(rows);
  if (head.sequence === 0 || (await rows.findOne({ _id: ID }))) return true;
  const event: Unsealed = {
    _id: ID,
    at,
    by: 'wheelhouse',
    action: 'audit.sealed',
    subject: 'audit',
    via: 'migration',
    after: { events: head.sequence },
  };
  const added = await unlessThere(() => rows.insertOne({ ...event, ...sealAfter(head, event) }));
  return added !== undefined;
}

async function headOf(rows: mongo.Collection<Row>) {
  const [last] = await rows
    .find({ sequence: { $exists: true } })
    .sort({ sequence: -1 })
    .limit(1)
    .toArray();
  const { sequence = 0, hash = BEGINNING.hash } = last ?? {};
  return { sequence, hash };
}
