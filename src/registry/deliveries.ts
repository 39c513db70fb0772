import type { Connection } from 'mongoose';
import { NotFound } from '../core/errors.ts';
import type { Deliveries, Delivery, ReceiverState } from '../core/ports/webhooks.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

type Row = Omit<Delivery, 'id'> & { _id: string };
type ReceiverRow = Omit<ReceiverState, 'name'> & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  receiver: word,
  sequence: number,
  action: word,
  model: String,
  message: word,
  body: word,
  status: { ...word, enum: ['pending', 'delivered', 'failed'] },
  attempts: number,
  nextAt: date,
  createdAt: date,
  history: anything,
});
schema.index({ receiver: 1, status: 1, nextAt: 1 });
schema.index({ receiver: 1, sequence: -1 });
schema.index({ createdAt: -1 });

const receiverSchema = new RowSchema<ReceiverRow>({
  _id: word,
  cursor: number,
  revision: number,
  failingSince: Date,
  failures: number,
  resumeAt: Date,
  off: { _id: false, type: { since: date, why: word } },
});

const HISTORY = 10;
const ATTEMPTS = 50;

const toDelivery = ({ _id, ...row }: Row): Delivery => ({ id: _id, ...row });
const toState = ({ _id, ...row }: ReceiverRow): ReceiverState => ({ name: _id, ...row });

export function deliveriesIn(connection: Connection): Deliveries {
  const rows = schema.in(connection, 'Delivery', 'webhook_deliveries');
  const receivers = receiverSchema.in(connection, 'WebhookReceiver', 'webhook_receivers');

  async function state(name: string): Promise<ReceiverState | undefined> {
    const row = await receivers.findById(name).lean<ReceiverRow>();
    return row ? toState(row) : undefined;
  }
  const fresh = (now: Date) => ({ status: 'pending' as const, attempts: 0, nextAt: now });
  const noDelivery = (id: string) =>
    new NotFound(`There is no delivery ${id}.`, {
      next: '/webhooks lists them. They are kept for 30 days.',
    });

  return reached<Deliveries>(
    {
      async receiver(name, head) {
        const known = await state(name);
        if (known) return known;
        const row = { _id: name, cursor: await head(), revision: 1, failures: 0 };
        await unlessThere(() => receivers.create(row));
        return (await state(name)) ?? toState(row);
      },
      async receivers() {
        return (await receivers.find({}).sort({ _id: 1 }).lean<ReceiverRow[]>()).map(toState);
      },
      async advance(name, from, to) {
        await receivers.updateOne({ _id: name, cursor: from }, { $set: { cursor: to } });
      },
      async change(name, step) {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const seen = await state(name);
          if (!seen) throw new NotFound(`Nothing was ever sent to ${name}.`);
          const health = step(seen);
          if (!health) return seen;
          const { failingSince, failures, resumeAt, off } = health;
          const row = await receivers
            .findOneAndUpdate(
              { _id: name, revision: seen.revision },
              {
                $set: {
                  ...{ failures, revision: seen.revision + 1 },
                  ...(failingSince && { failingSince }),
                  ...(resumeAt && { resumeAt }),
                  ...(off && { off }),
                },
                $unset: {
                  ...(!failingSince && { failingSince: '' }),
                  ...(!resumeAt && { resumeAt: '' }),
                  ...(!off && { off: '' }),
                },
              },
              { returnDocument: 'after' },
            )
            .lean<ReceiverRow>();
          if (row) return toState(row);
        }
        throw new Error(`changing what is known of ${name}: others change it all the time`);
      },
      async add(draft, now) {
        const { receiver, sequence } = draft;
        const row = { ...draft, ...fresh(now), createdAt: now, history: [] };
        await unlessThere(() => rows.create({ _id: `${receiver}-${sequence}`, ...row }));
      },
      async get(id) {
        const row = await rows.findById(id).lean<Row>();
        if (!row) throw noDelivery(id);
        return toDelivery(row);
      },
      async list({ receiver, status, limit }) {
        const found = await rows
          .find({ ...(receiver !== undefined && { receiver }), ...(status && { status }) })
          .sort({ createdAt: -1, sequence: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toDelivery);
      },
      count: (receiver, status) => rows.countDocuments({ receiver, status }),
      async due(receiver, now, limit) {
        const found = await rows
          .find({ receiver, status: 'pending', nextAt: { $lte: now } })
          .sort({ sequence: 1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toDelivery);
      },
      async begin({ id, attempts, nextAt }, until) {
        const row = await rows
          .findOneAndUpdate(
            { _id: id, status: 'pending', attempts, nextAt },
            { $set: { nextAt: until }, $inc: { attempts: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Row>();
        return row ? toDelivery(row) : undefined;
      },
      async end({ id, attempts, nextAt: until, history }, attempt, { status, nextAt }) {
        await rows.updateOne(
          { _id: id, status: 'pending', attempts, nextAt: until },
          { $set: { status, nextAt, history: [...history, attempt].slice(-HISTORY) } },
        );
      },
      async again(id, now) {
        const row = await rows
          .findOneAndUpdate({ _id: id }, { $set: fresh(now) }, { returnDocument: 'after' })
          .lean<Row>();
        if (!row) throw noDelivery(id);
        return toDelivery(row);
      },
      async againAll(receiver, now) {
        const { matchedCount } = await rows.updateMany(
          { receiver, status: { $ne: 'delivered' } },
          { $set: fresh(now) },
        );
        return matchedCount;
      },
      async prune(before) {
        await rows.deleteMany({ createdAt: { $lt: before } });
      },
    },
    {
      receiver: 'reading what a receiver was sent',
      receivers: 'listing the receivers of events',
      advance: 'storing what a receiver was sent',
      change: 'storing what is known of a receiver',
      add: 'storing an event for a receiver',
      get: 'reading a delivery',
      list: 'listing deliveries',
      count: 'counting deliveries',
      due: 'reading which deliveries are due',
      begin: 'storing that a delivery is tried',
      end: 'storing what came of a delivery',
      again: 'sending a delivery again',
      againAll: 'sending deliveries again',
      prune: 'forgetting old deliveries',
    },
  );
}
