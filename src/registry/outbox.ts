import type { Connection } from 'mongoose';
import type { Address } from '../core/address.ts';
import { toJson } from '../core/json.ts';
import type { Outbox, State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import {
  copiesIn,
  type Delivery,
  keyOf,
  lags,
  nameOf,
  noLater,
  type Row,
  schema,
} from './outbox-rows.ts';
import { reached, unlessThere } from './reach.ts';

export function outboxIn(connection: Connection): Outbox {
  const rows = schema.in(connection, 'Subject', 'subjects');
  const empty = { copies: {}, places: 0, messages: [], unsettled: false, change: 0 };

  const read = (subject: Subject) => rows.findById(subject).lean<Row>();

  /** Stores the subject with its first state, if it does not exist yet. */
  const start = (subject: Subject, state: State, more: { parent?: Subject; notBefore?: Date }) =>
    unlessThere(() =>
      rows.create({
        ...{ _id: subject, state, revision: 1, ...empty },
        ...more,
      }),
    );

  /** Adds a copy at `address` to the subject of `which`, unless it has one there. */
  async function place(which: { _id: Subject } | { parent: Subject; places: 0 }, address: Address) {
    const field = `copies.${keyOf(address)}`;
    const { platform, channel, thread, direct } = address;
    const place = {
      ...{ platform, channel, ...(thread === undefined ? {} : { thread }) },
      ...(direct && { direct }),
    };
    await rows.updateMany(
      { ...which, [field]: { $exists: false } },
      {
        $set: { [field]: { address: place, delivered: 0 }, unsettled: true },
        $inc: { places: 1, change: 1 },
      },
    );
  }

  /** Clears `unsettled` if no copy is behind and nothing was written since `seen` was read. */
  async function settle(seen: Delivery): Promise<void> {
    if (lags(seen)) return;
    await rows.updateOne({ _id: seen._id, change: seen.change }, { $set: { unsettled: false } });
  }

  return reached<Outbox>(
    {
      async attach(subject, address, state, notBefore) {
        const first = await start(subject, state, notBefore ? { notBefore } : {});
        // It waited for a reason that is gone, such as quiet hours for what is a loss now.
        if (!first && !notBefore)
          await rows.updateOne(
            { _id: subject, notBefore: { $exists: true } },
            { $unset: { notBefore: '' } },
          );
        await place({ _id: subject }, address);
        // Replies from before there was a copy; replies delivered elsewhere are not repeated here.
        if (!address.direct) await place({ parent: subject, places: 0 }, address);
      },

      async put(subject, state) {
        const change = () =>
          rows
            .findOneAndUpdate(
              { _id: subject },
              { $set: { state, unsettled: true }, $inc: { revision: 1, change: 1 } },
              { returnDocument: 'after' },
            )
            .lean<Row>();
        const row = await change();
        if (row) return row.revision;
        if (await start(subject, state, {})) return 1;
        return (await change())?.revision ?? 1;
      },

      async putReply(parent, key, state, notBefore) {
        const subject: Subject = `reply:${parent}/${key}`;
        await start(subject, state, { parent, ...(notBefore && { notBefore }) });
        // Read after the reply is stored: a copy attached from now on finds the reply by itself.
        const above = await read(parent);
        for (const { address } of Object.values(above?.copies ?? {}))
          if (!address.direct) await place({ _id: subject }, address);
        return subject;
      },

      async repliesTo(parent) {
        const found = await rows.find({ parent, unsettled: true }, { _id: 1 }).lean<Row[]>();
        return found.map(({ _id }) => _id);
      },

      async load(subject) {
        const row = await read(subject);
        if (!row) return undefined;
        const { state, revision, parent, notBefore } = row;
        const plain = { ...state, data: toJson(state.data) };
        return {
          ...{ state: plain, revision, copies: copiesIn(row) },
          ...(parent !== undefined && { parent }),
          ...(notBefore && { notBefore }),
        };
      },

      async copies(subject) {
        const row = await read(subject);
        return row ? copiesIn(row) : [];
      },

      async markAttempt({ subject, address }, lease) {
        const field = `copies.${keyOf(address)}`;
        const before = await rows
          .findOneAndUpdate(
            { _id: subject, [field]: { $exists: true }, ...noLater(field, lease) },
            {
              $set: {
                [`${field}.attempted`]: true,
                ...(lease !== undefined && { [`${field}.lease`]: lease }),
              },
            },
            { returnDocument: 'before' },
          )
          .lean<Row>();
        if (!before) return 'stale';
        return before.copies[keyOf(address)]?.attempted ? 'again' : 'first';
      },

      async markDelivered({ subject, address }, message, revision, mark, lease) {
        const field = `copies.${keyOf(address)}`;
        const row = await rows
          .findOneAndUpdate(
            { _id: subject, [field]: { $exists: true }, ...noLater(field, lease) },
            {
              $set: {
                [`${field}.message`]: message,
                ...(mark && { [`${field}.mark`]: mark }),
                ...(lease !== undefined && { [`${field}.lease`]: lease }),
              },
              ...(!mark && { $unset: { [`${field}.mark`]: '' } }),
              // An older delivery that reports late undoes nothing.
              $max: { [`${field}.delivered`]: revision },
              $addToSet: { messages: nameOf(address.platform, message) },
              $inc: { change: 1 },
            },
            { returnDocument: 'after' },
          )
          .lean<Row>();
        if (row) await settle(row);
        else
          await rows.updateOne(
            { _id: subject, [field]: { $exists: true } },
            {
              $addToSet: { [`${field}.disturbed`]: message },
              $set: { unsettled: true },
              $inc: { change: 1 },
            },
          );
        return row !== null;
      },

      async forgetDisturbed({ subject, address }, message) {
        const field = `copies.${keyOf(address)}`;
        const row = await rows
          .findOneAndUpdate(
            { _id: subject, [field]: { $exists: true } },
            { $pull: { [`${field}.disturbed`]: message }, $inc: { change: 1 } },
            { returnDocument: 'after' },
          )
          .lean<Row>();
        if (row) await settle(row);
      },

      async undelivered(platforms) {
        const found = await rows
          .find({ unsettled: true }, { copies: 1, revision: 1, change: 1 })
          .lean<Delivery[]>();
        // A crash between delivering and settling, or no copies: nothing to do there.
        for (const row of found) if (!lags(row)) await settle(row);
        return found.filter((row) => lags(row, platforms)).map(({ _id }) => _id);
      },

      async subjectOf(platform, message) {
        const row = await rows.findOne({ messages: nameOf(platform, message) }).lean<Row>();
        return row?._id;
      },
    },
    {
      attach: 'storing where the message stands',
      put: 'storing the message',
      putReply: 'storing the reply',
      repliesTo: 'looking for words that wait',
      load: 'reading the message',
      copies: 'reading where the message stands',
      markAttempt: 'noting that the message is being posted',
      markDelivered: 'noting the delivery',
      forgetDisturbed: 'noting that the message is as it must be',
      undelivered: 'looking for what is not delivered yet',
      subjectOf: 'looking up what the message is about',
    },
  );
}
