import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { AuditDraft } from '../core/ports/audit.ts';
import type { DueEvents } from '../core/ports/due-events.ts';
import { reached } from './reach.ts';
import { anything } from './schema.ts';

/** Of a document that people change: events of its changes, by a key of their ID. */
export interface WithDue {
  due?: Record<string, AuditDraft>;
}

/** For the schema of a `WithDue`. Its index is `DUE_INDEX`. */
export const dueField = { due: anything };
export const DUE_INDEX = [
  { due: 1 },
  { partialFilterExpression: { due: { $exists: true } } },
] as const;

const MOST = 500;

/** IDs of events hold dots, which would reach into the field. */
const keyOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 24);

/** For the `$set` of a change: its events are stored or not, as the change is. */
export const dueSet = (events: readonly (AuditDraft | undefined)[]): Record<string, AuditDraft> =>
  Object.fromEntries(events.flatMap((one) => (one ? [[`due.${keyOf(one.id)}`, one]] : [])));

/** The same for a document that is created. */
export const dueNew = (events: readonly (AuditDraft | undefined)[]): WithDue => {
  const some = events.filter((one) => one !== undefined);
  return some.length > 0
    ? { due: Object.fromEntries(some.map((one) => [keyOf(one.id), one])) }
    : {};
};

/** A document that is `removed` is deleted once its events are recorded. */
type Holder = WithDue & { _id: string; removed?: true };

export function dueEventsIn(connection: Connection): DueEvents {
  const collections = () =>
    Object.values(connection.models).flatMap(({ schema, collection }) =>
      schema.path('due') ? [collection.name] : [],
    );

  return reached<DueEvents>(
    {
      async list(of) {
        const holders = { ...(of !== undefined && { _id: of }), due: { $exists: true } };
        const found = await Promise.all(
          collections().map(async (collection) => {
            const rows = await connection
              .collection<Holder>(collection)
              .find(holders, { limit: MOST })
              .toArray();
            return rows.flatMap(({ _id: id, due = {} }) =>
              Object.values(due).map((event) => ({ event, of: { collection, id } })),
            );
          }),
        );
        return found.flat().slice(0, MOST);
      },

      async done({ event, of: { collection, id: _id } }) {
        const rows = connection.collection<Holder>(collection);
        await rows.updateOne({ _id }, { $unset: { [`due.${keyOf(event.id)}`]: '' } });
        const { deletedCount } = await rows.deleteOne({ _id, due: {}, removed: true });
        if (deletedCount === 0) await rows.updateOne({ _id, due: {} }, { $unset: { due: '' } });
      },
    },
    { list: 'reading which events are due', done: 'storing that an event is recorded' },
  );
}
