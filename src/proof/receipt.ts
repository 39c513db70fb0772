import { z } from 'zod';
import { digestOfEvidence } from '../core/evidence.ts';
import type { Identity } from '../core/people.ts';
import type { Approval, Vote } from '../core/ports/approvals.ts';
import { type Envelope, seal, unseal } from './envelope.ts';
import type { PrivateKey, PublicKey } from './keys.ts';
import { NotProven } from './not-proven.ts';

/** A type of its own: a receipt never passes for a ticket, nor a ticket for a receipt. */
const VOTE = 'application/vnd.wheelhouse.vote+json';

const Account = z.object({
  platform: z.string(),
  user: z.string(),
  name: z.string().optional(),
  groups: z.array(z.string()).optional(),
  external: z.string().optional(),
});

const Receipt = z.object({
  approval: z.string(),
  model: z.string(),
  version: z.int(),
  environment: z.string(),
  requestedBy: z.string(),
  evidence: z.string(),
  artifact: z.string(),
  person: z.string(),
  verdict: z.enum(['approve', 'reject']),
  at: z.iso.datetime(),
  platform: z.string(),
  account: Account.optional(),
  confirmedAt: z.iso.datetime().optional(),
});
type Receipt = z.infer<typeof Receipt>;

/** What a vote was for, as the process that heard it saw it. */
function receiptOf(approval: Approval, vote: Vote): Omit<Receipt, 'account' | 'confirmedAt'> {
  const { id, model, version, environment, requestedBy, evidence } = approval;
  return {
    ...{ approval: id, model, version, environment, requestedBy },
    // Computed, not copied: what is stored beside the evidence could have been changed.
    evidence: evidence ? digestOfEvidence(evidence) : 'none',
    artifact: evidence?.artifact ?? 'none',
    ...{ person: vote.person, verdict: vote.verdict, at: vote.at.toISOString() },
    platform: vote.via,
  };
}

export function sealReceipt(approval: Approval, vote: Vote, key: PrivateKey): Envelope {
  const account = vote.cast && accountOf(vote.cast.by);
  const confirmedAt = vote.confirmedAt?.toISOString();
  const receipt = {
    ...receiptOf(approval, vote),
    ...(account && { account }),
    ...(confirmedAt !== undefined && { confirmedAt }),
  };
  return seal(VOTE, Buffer.from(JSON.stringify(receipt)), key);
}

/**
 * The vote as it was heard: with the account and its groups of that moment, and whether it was confirmed, whatever
 * is stored of them.
 * @throws NotProven if no trusted process heard this vote on exactly this request
 */
export function heardVote(approval: Approval, vote: Vote, keys: readonly PublicKey[]): Vote {
  if (vote.receipt === undefined) throw new NotProven('it has no receipt');
  const { payload } = unseal(vote.receipt, VOTE, keys);
  const receipt = Receipt.parse(JSON.parse(payload.toString()));
  for (const [name, value] of Object.entries(receiptOf(approval, vote)))
    if (Reflect.get(receipt, name) !== value)
      throw new NotProven(`its receipt names another ${WORDS[name] ?? name}`);
  const { account, confirmedAt } = receipt;
  const stored = vote.cast?.by;
  if (account?.user !== stored?.user || account?.platform !== stored?.platform)
    throw new NotProven('its receipt names another account');
  // What is stored says nothing: only a process that heard the confirmation could sign it.
  const { confirmedAt: _, ...unconfirmed } = vote;
  const heard: Vote = {
    ...unconfirmed,
    ...(confirmedAt !== undefined && { confirmedAt: new Date(confirmedAt) }),
  };
  if (!account || !vote.cast) return heard;
  return { ...heard, cast: { ...vote.cast, by: accountOf(account) } };
}

const WORDS: Readonly<Record<string, string>> = {
  approval: 'request',
  requestedBy: 'requester',
  at: 'time',
  artifact: 'model file',
};

function accountOf({ platform, user, name, groups, external }: z.input<typeof Account> | Identity) {
  return {
    ...{ platform, user },
    ...(name !== undefined && { name }),
    ...(groups && { groups: [...groups] }),
    ...(external !== undefined && { external }),
  };
}
