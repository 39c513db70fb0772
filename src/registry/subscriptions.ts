import type { Connection } from 'mongoose';
import type { Address } from '../core/address.ts';
import { Refused } from '../core/errors.ts';
import { deriveId } from '../core/ids.ts';
import type { AuditDraft } from '../core/ports/audit.ts';
import type { Subscription, Subscriptions } from '../core/ports/subscriptions.ts';
import { DUE_INDEX, dueField, dueSet, type WithDue } from './due-events.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, number, RowSchema, word } from './schema.ts';

/** `removed`: kept only until its events are recorded. */
type Row = Subscription & WithDue & { _id: string; removed?: true };
interface CursorRow {
  _id: string;
  cursor: number;
}

const schema = new RowSchema<Row>({
  ...{ _id: word, person: word, model: word, address: anything },
  grade: { type: String, enum: ['harm', 'all'] },
  kinds: { type: [String], default: undefined },
  environment: String,
  since: Number,
  removed: Boolean,
  ...dueField,
});
schema.index(...DUE_INDEX);
schema.index({ model: 1 });
schema.index({ person: 1 });

const cursorSchema = new RowSchema<CursorRow>({ _id: word, cursor: number });
const CURSOR = 'audit';

/** Of one person, in all places. */
const MOST = 50;

const THERE = { $exists: false } as const;

const directId = (person: string, model: string) => `${person}/${model}`;
/** IDs of people contain no colon. */
const channelId = ({ platform, channel }: Address, model: string) =>
  `channel:${deriveId('place', platform, channel)}/${model}`;
const idOf = ({ person, model, address }: Subscription) =>
  address.direct ? directId(person, model) : channelId(address, model);

export function subscriptionsIn(connection: Connection): Subscriptions {
  const rows = schema.in(connection, 'Subscription', 'subscriptions');
  const cursors = cursorSchema.in(connection, 'SubscriptionCursor', 'subscription_cursors');

  async function removed(_id: string, event?: AuditDraft): Promise<boolean> {
    if (!event) return (await rows.deleteOne({ _id, removed: THERE })).deletedCount > 0;
    const { matchedCount } = await rows.updateOne(
      { _id, removed: THERE },
      { $set: { removed: true, ...dueSet([event]) } },
    );
    return matchedCount > 0;
  }

  return reached<Subscriptions>(
    {
      async add(subscription, event) {
        const _id = idOf(subscription);
        const { grade, kinds, environment, since, ...place } = subscription;
        const { upsertedCount } = await rows.updateOne(
          { _id },
          {
            $set: {
              ...{ ...place, ...(grade && { grade }), ...(kinds && { kinds }) },
              ...(environment !== undefined && { environment }),
              ...dueSet([event]),
            },
            // A retry after a crash must not leave out what happened in between.
            ...(since !== undefined && { $min: { since } }),
            $unset: {
              removed: '',
              ...(!grade && { grade: '' }),
              ...(!kinds && { kinds: '' }),
              ...(environment === undefined && { environment: '' }),
              ...(since === undefined && { since: '' }),
            },
          },
          { upsert: true },
        );
        if (upsertedCount === 0) return;
        // Counted afterwards: of two at once, both may be refused, and neither is too many.
        if ((await rows.countDocuments({ person: subscription.person, removed: THERE })) <= MOST)
          return;
        await removed(_id);
        throw new Refused(`You have ${MOST} subscriptions already, so this one was not added.`, {
          next: '/unsubscribe ends one.',
        });
      },
      remove: (person, model, event) => removed(directId(person, model), event),
      removeAt: (address, model, event) => removed(channelId(address, model), event),
      async of(model) {
        const found = await rows.find({ model, removed: THERE }).sort({ _id: 1 }).lean<Row[]>();
        return found.map(({ _id, due: _, removed: __, ...subscription }) => subscription);
      },
      async cursor(head) {
        const known = await cursors.findById(CURSOR).lean<CursorRow>();
        if (known) return known.cursor;
        const cursor = await head();
        if (await unlessThere(() => cursors.create({ _id: CURSOR, cursor }))) return cursor;
        return (await cursors.findById(CURSOR).lean<CursorRow>())?.cursor ?? cursor;
      },
      async advance(from, to) {
        await cursors.updateOne({ _id: CURSOR, cursor: from }, { $set: { cursor: to } });
      },
    },
    {
      add: 'storing the subscription',
      remove: 'removing the subscription',
      removeAt: 'removing the subscription',
      of: 'reading who subscribed',
      cursor: 'reading which events subscribers got',
      advance: 'storing which events subscribers got',
    },
  );
}
