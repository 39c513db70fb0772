import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import type { Proposal, Proposals } from '../core/ports/proposals.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

type Row = Omit<Proposal, 'id'> & {
  _id: string;
  /** Of its creation, in UTC: `2026-11-30`. */
  day: string;
  /** The how manieth of its agent on that day, from 0. */
  place: number;
};

const schema = new RowSchema<Row>({
  ...{ _id: word, agent: word, owner: word, command: word, input: anything, why: String },
  status: { ...word, enum: ['open', 'accepted', 'dismissed', 'expired'] },
  ...{ createdAt: date, expiresAt: date, decidedBy: String, decision: String },
  ...{ day: word, place: number },
});
// Two calls at once cannot take the same place, so that a budget holds without a lock.
schema.index({ agent: 1, day: 1, place: 1 }, { unique: true });
schema.index({ status: 1, createdAt: -1, _id: 1 });

const toProposal = ({ _id, day: _, place: __, ...proposal }: Row): Proposal => ({
  id: _id,
  ...proposal,
});

export function proposalsIn(connection: Connection, clock: Clock): Proposals {
  const rows = schema.in(connection, 'Proposal', 'proposals');

  return reached<Proposals>(
    {
      async file({ id, ...draft }, most) {
        const createdAt = clock.now();
        const day = createdAt.toISOString().slice(0, 10);
        const { agent } = draft;
        for (let place = await rows.countDocuments({ agent, day }); place < most; place += 1) {
          const row: Row = { _id: id, ...draft, status: 'open', createdAt, day, place };
          if (await unlessThere(() => rows.create(row))) return toProposal(row);
          const earlier = await rows.findById(id).lean<Row>();
          if (earlier) return toProposal(earlier);
        }
        const earlier = await rows.findById(id).lean<Row>();
        return earlier ? toProposal(earlier) : undefined;
      },
      async get(id) {
        const found = await rows.findById(id).lean<Row>();
        if (found) return toProposal(found);
        throw new NotFound(`There is no proposal "${id}".`, {
          next: '/proposals lists the open ones.',
        });
      },
      async list({ status, limit = 50 }) {
        const found = await rows
          .find(status === undefined ? {} : { status })
          .sort({ createdAt: -1, _id: 1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toProposal);
      },
      async decide(id, { status, by, event, owner }) {
        const inTime = status === 'expired' ? {} : { expiresAt: { $gt: clock.now() } };
        const decided = await rows
          .findOneAndUpdate(
            {
              ...{ _id: id, status: 'open', ...inTime },
              ...(owner !== undefined && { owner: { $eq: owner, $ne: by } }),
            },
            { $set: { status, decidedBy: by, decision: event } },
            { returnDocument: 'after' },
          )
          .lean<Row>();
        const found = decided ?? (await rows.findById(id).lean<Row>());
        return found?.decision === event ? toProposal(found) : undefined;
      },
    },
    {
      file: 'storing a proposal',
      get: 'reading a proposal',
      list: 'reading the proposals',
      decide: 'deciding a proposal',
    },
  );
}
