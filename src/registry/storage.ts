import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { Mark, StorageRecords } from '../core/ports/storage.ts';
import { hashesIn } from './hashes-in.ts';
import { reached, unlessThere } from './reach.ts';
import { date, RowSchema, word } from './schema.ts';

interface Row {
  _id: string;
  since: Date;
  removing?: Date;
}
interface OwnerRow {
  _id: string;
  owner: string;
}

const schema = new RowSchema<Row>({ _id: word, since: date, removing: Date });
const ownerSchema = new RowSchema<OwnerRow>({ _id: word, owner: word });

const toMark = ({ _id, ...row }: Row): Mark => ({ sha256: _id, ...row });
/** Whoever was removing it for so long is gone. */
const STALE_MS = 10 * 60_000;

export function storageIn(connection: Connection, clock: Clock): StorageRecords {
  const rows = schema.in(connection, 'StorageMark', 'storage_marks');
  const owners = ownerSchema.in(connection, 'StorageOwner', 'storage_owner');
  const own = { removing: { $exists: false } };
  const records = reached<Omit<StorageRecords, 'references'>>(
    {
      async owner() {
        await unlessThere(() => owners.create({ _id: 'owner', owner: randomUUID() }));
        const row = await owners.findById('owner').lean<OwnerRow>();
        if (!row) throw new Error('the owner of the objects was deleted');
        return row.owner;
      },
      marks: async () => (await rows.find().sort({ since: 1, _id: 1 }).lean<Row[]>()).map(toMark),
      async mark(hashes) {
        for (const _id of hashes) await unlessThere(() => rows.create({ _id, since: clock.now() }));
      },
      async unmark(hashes) {
        await rows.deleteMany({ _id: { $in: hashes }, ...own });
      },
      async claim(_id, before) {
        const now = clock.now();
        const isFree = { $or: [own, { removing: { $lt: new Date(now.getTime() - STALE_MS) } }] };
        const marked = { _id, since: { $lte: before }, ...isFree };
        const { matchedCount } = await rows.updateOne(marked, { $set: { removing: now } });
        return matchedCount === 1 ? now : undefined;
      },
      async confirm(_id, claimed) {
        const mine = { _id, removing: claimed };
        const { matchedCount } = await rows.updateOne(mine, { $set: { removing: clock.now() } });
        return matchedCount === 1;
      },
      async release(_id) {
        await rows.deleteOne({ _id });
      },
      async keep(_id) {
        await rows.deleteOne({ _id, ...own });
        const left = await rows.findById(_id).lean<Row>();
        if (!left) return true;
        // Its owner died between removing the object and saying so, or before.
        const stale = new Date(clock.now().getTime() - STALE_MS);
        await rows.deleteOne({ _id, removing: { $lt: stale } });
        return false;
      },
    },
    {
      owner: 'reading whose objects these are',
      marks: 'reading which objects will be removed',
      mark: 'marking objects that nothing refers to',
      unmark: 'keeping objects',
      claim: 'beginning to remove an object',
      confirm: 'removing an object',
      release: 'recording that an object was removed',
      keep: 'keeping an object',
    },
  );
  return {
    ...records,
    references: (signal) => hashesIn(connection, signal),
  };
}
