import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { Account, Link } from '../core/people.ts';
import type { Links } from '../core/ports/links.ts';
import { DUE_INDEX, dueField, dueSet, type WithDue } from './due-events.ts';
import { reached, unlessThere } from './reach.ts';
import { date, RowSchema, word } from './schema.ts';

interface Row extends Omit<Link, 'vouched'>, WithDue {
  _id: string;
  /** Kept only until its events are recorded. */
  removed?: true;
  vouched?: boolean;
  at: Date;
}

/** Stored by the hash of the code: someone who reads the database cannot use a code. */
interface Offer {
  _id: string;
  person: string;
  until: Date;
  redeemedBy?: string;
}

const links = new RowSchema<Row>({
  _id: word,
  platform: word,
  user: word,
  person: word,
  vouched: Boolean,
  at: date,
  removed: Boolean,
  ...dueField,
});
links.index(...DUE_INDEX);
const offers = new RowSchema<Offer>({ _id: word, person: word, until: date, redeemedBy: String });

const nameOf = ({ platform, user }: Account) => `${platform}:${user}`;
const hashOf = (code: string) => createHash('sha256').update(code).digest('hex');

export function linksIn(connection: Connection, clock: Clock): Links {
  const rows = links.in(connection, 'Link', 'links');
  const open = offers.in(connection, 'LinkOffer', 'link-offers');
  return reached<Links>(
    {
      async list() {
        const found = await rows.find({ removed: { $exists: false } }).lean<Row[]>();
        return found.map(({ platform, user, person, vouched }) => ({
          ...{ platform, user, person },
          ...(vouched && { vouched }),
        }));
      },
      async offer(code, person, until) {
        await unlessThere(() => open.create({ _id: hashOf(code), person, until }));
      },
      async redeem(code, by) {
        const redeemedBy = nameOf(by);
        const offer = await open
          .findOneAndUpdate(
            {
              _id: hashOf(code),
              until: { $gt: clock.now() },
              $or: [{ redeemedBy: { $exists: false } }, { redeemedBy }],
            },
            { $set: { redeemedBy } },
            { returnDocument: 'after' },
          )
          .lean<Offer>();
        return offer?.person;
      },
      async add({ platform, user, person, vouched = false }, event) {
        const link = { platform, user, person, vouched, at: clock.now() };
        const change = { $set: { ...link, ...dueSet([event]) }, $unset: { removed: '' } };
        await rows.updateOne({ _id: nameOf(link) }, change, { upsert: true });
      },
      async remove(account, event) {
        const there = { _id: nameOf(account), removed: { $exists: false } };
        if (!event) return (await rows.deleteOne(there)).deletedCount > 0;
        const change = { $set: { removed: true, ...dueSet([event]) } };
        return (await rows.updateOne(there, change)).matchedCount > 0;
      },
    },
    {
      list: 'reading which accounts are linked',
      offer: 'storing the code',
      redeem: 'looking up the code',
      add: 'linking the account',
      remove: 'unlinking the account',
    },
  );
}
