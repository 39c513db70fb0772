import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound, Refused } from '../core/errors.ts';
import type { Approval, ApprovalStatus, Approvals } from '../core/ports/approvals.ts';
import { approvalRows, ballot, type Row, toApproval } from './approval-rows.ts';
import { dueSet } from './due-events.ts';
import { reached, unlessThere } from './reach.ts';

export function approvalsIn(connection: Connection, clock: Clock): Approvals {
  const rows = approvalRows(connection);

  async function get(id: string): Promise<Approval> {
    const row = await rows.findById(id).lean<Row>();
    if (!row) throw new NotFound(`There is no approval ${id}.`);
    return toApproval(row);
  }

  /** Changes the approval if it is still as in `seen`; undefined if not. Throws NotFound. */
  async function move(
    id: string,
    seen: {
      status: ApprovalStatus | { $in: ApprovalStatus[] };
      revision?: number;
      expiresAt?: { $gt: Date };
      'evidence.digest'?: string;
      override?: { $exists: boolean };
      [ballot: `votes.${string}`]: unknown;
    },
    change: Parameters<typeof rows.findOneAndUpdate>[1],
  ): Promise<Approval | undefined> {
    const row = await rows
      .findOneAndUpdate({ _id: id, ...seen }, change, { returnDocument: 'after' })
      .lean<Row>();
    if (row) return toApproval(row);
    await get(id);
    return undefined;
  }

  const end = (status: ApprovalStatus, reason: string) => ({
    status,
    reason,
    active: false,
    decidedAt: clock.now(),
  });

  return reached<Approvals>(
    {
      async request({ id, ...draft }) {
        const fresh = { status: 'checking' as const, active: true, votes: {}, revision: 0 };
        const { model, version, environment } = draft;
        for (let attempt = 0; attempt < 5; attempt++) {
          await unlessThere(() =>
            rows.create({ _id: id, ...draft, ...fresh, createdAt: clock.now() }),
          );
          const mine = await rows.findById(id).lean<Row>();
          if (mine) return toApproval(mine);
          const other = await rows.findOne({ model, version, environment, active: true }).lean();
          if (other)
            throw new Refused(
              `${model} v${version} is already waiting for ${environment}: ${other._id}.`,
              { next: 'Vote on that request, or wait until it is decided.' },
            );
          // It was decided between the two reads: another one can be created now.
        }
        throw new Error(`requesting the approval ${id}: others come and go all the time`);
      },

      get,

      async list({ model, statuses, limit = 50 }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(statuses ? { status: { $in: statuses } } : {}),
          })
          .sort({ createdAt: -1, _id: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toApproval);
      },

      open: (id, evidence, expiresAt) =>
        move(id, { status: 'checking' }, { $set: { status: 'open', evidence, expiresAt } }),

      refuse: (id, evidence, reason) =>
        move(
          id,
          { status: 'checking' },
          { $set: { ...end('refused', reason), ...(evidence ? { evidence } : {}) } },
        ),

      reopen: ({ id, revision: seen }, order) => {
        const revision = seen + 1;
        const override = { ...order, revision };
        return unlessThere(() =>
          move(
            id,
            { status: 'refused', revision: seen, override: { $exists: false } },
            {
              $set: { status: 'checking', active: true, votes: {}, override, revision },
              $unset: { evidence: '', reason: '', decidedAt: '' },
            },
          ),
        );
      },

      vote: (id, { person, ...vote }, event) =>
        move(
          id,
          { status: 'open' },
          { $set: { [ballot(person)]: vote, ...dueSet([event]) }, $inc: { revision: 1 } },
        ),

      refresh: ({ id, revision }, votes) =>
        move(
          id,
          { status: 'open', revision },
          {
            $set: Object.fromEntries(votes.map(({ person, ...vote }) => [ballot(person), vote])),
            $inc: { revision: 1 },
          },
        ),

      async withdraw(id, { person, verdict, at }, event) {
        const field = ballot(person);
        const withdrawn = await move(
          id,
          { status: 'open', [`${field}.verdict`]: verdict, [`${field}.at`]: at },
          // Votes that were enough are not any more: if they are again, the time to undo begins anew.
          {
            $unset: { [field]: '', settlesAt: '' },
            $inc: { revision: 1 },
            ...(event && { $set: dueSet([event]) }),
          },
        );
        if (withdrawn) return withdrawn;
        const approval = await get(id);
        const isGone = approval.votes.every((vote) => vote.person !== person);
        return approval.status === 'open' && isGone ? approval : undefined;
      },

      confirm: (id, { person, hash, evidence, receipt }, at, event) => {
        const field = ballot(person);
        return move(
          id,
          {
            ...{ status: 'open', expiresAt: { $gt: at }, 'evidence.digest': evidence },
            [`${field}.verdict`]: 'approve',
            [`${field}.confirm.hash`]: hash,
            [`${field}.confirm.until`]: { $gt: at },
            [`${field}.confirmedAt`]: { $exists: false },
          },
          {
            $set: {
              ...{ [`${field}.confirmedAt`]: at, [`${field}.receipt`]: receipt },
              ...dueSet([event]),
            },
            $unset: { [`${field}.confirm`]: '' },
            $inc: { revision: 1 },
          },
        );
      },

      explain: (id, { person, reason, ifNone = false }, event) => {
        const field = ballot(person);
        return move(
          id,
          {
            status: { $in: ['open', 'approved', 'rejected'] },
            expiresAt: { $gt: clock.now() },
            [field]: { $exists: true },
            ...(ifNone && { [`${field}.reason`]: { $exists: false } }),
          },
          { $set: { [`${field}.reason`]: reason, ...dueSet([event]) }, $inc: { revision: 1 } },
        );
      },

      decide: ({ id, revision }, status, reason) =>
        move(id, { status: 'open', revision }, { $set: end(status, reason) }),

      supersede: async (id, reason) =>
        (await move(id, { status: 'checking' }, { $set: end('superseded', reason) })) ??
        move(id, { status: 'open' }, { $set: end('superseded', reason) }),

      recheck: ({ id, revision }) =>
        move(
          id,
          { status: 'open', revision },
          {
            $set: { status: 'checking', votes: {} },
            $unset: { evidence: '', expiresAt: '', settlesAt: '' },
            $inc: { revision: 1 },
          },
        ),

      settleAt: ({ id, revision }, at) =>
        move(
          id,
          { status: 'open', revision },
          at ? { $set: { settlesAt: at } } : { $unset: { settlesAt: '' } },
        ),

      async markDeployed(id, deployment) {
        const marked = await move(id, { status: 'approved' }, { $set: { deployment } });
        if (!marked) throw new Refused(`Approval ${id} is not approved, so nothing was deployed.`);
      },

      async markConfirmed(id) {
        await rows.updateOne(
          { _id: id, status: 'approved', confirmedAt: { $exists: false } },
          { $set: { confirmedAt: clock.now() } },
        );
      },
    },
    {
      request: 'storing the request',
      get: 'reading the approval',
      list: 'listing the approvals',
      open: 'opening the approval',
      refuse: 'storing the refusal',
      reopen: 'storing the override',
      vote: 'storing the vote',
      refresh: 'storing who the voters are now',
      withdraw: 'withdrawing the vote',
      confirm: 'storing that the vote is confirmed',
      explain: 'storing the reason for the vote',
      decide: 'storing the decision',
      supersede: 'storing that a newer request replaces it',
      recheck: 'storing that the gates are checked again',
      settleAt: 'storing that the votes are enough',
      markDeployed: 'linking the approval to its deployment',
      markConfirmed: 'storing that the gateway answers',
    },
  );
}
