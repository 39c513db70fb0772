import type { Connection } from 'mongoose';
import type { Subscription, Subscriptions } from '../core/ports/subscriptions.ts';
import { reached } from './reach.ts';
import { anything, RowSchema, word } from './schema.ts';

type Row = Subscription & { _id: string };

const schema = new RowSchema<Row>({
  ...{ _id: word, person: word, model: word, address: anything },
  grade: { ...word, enum: ['harm', 'all'] },
});
schema.index({ model: 1 });

const idOf = (person: string, model: string) => `${person}/${model}`;

export function subscriptionsIn(connection: Connection): Subscriptions {
  const rows = schema.in(connection, 'Subscription', 'subscriptions');
  return reached<Subscriptions>(
    {
      async add(subscription) {
        const _id = idOf(subscription.person, subscription.model);
        await rows.updateOne({ _id }, { $set: subscription }, { upsert: true });
      },
      async remove(person, model) {
        const { deletedCount } = await rows.deleteOne({ _id: idOf(person, model) });
        return deletedCount > 0;
      },
      async of(model) {
        const found = await rows.find({ model }).sort({ _id: 1 }).lean<Row[]>();
        return found.map(({ _id, ...subscription }) => subscription);
      },
    },
    {
      add: 'storing the subscription',
      remove: 'removing the subscription',
      of: 'reading who subscribed',
    },
  );
}
