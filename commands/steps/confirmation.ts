import { createHash, randomBytes } from 'node:crypto';
import { confirmation, receiptSubject } from '../../src/cards/receipt.ts';
import type { Address } from '../../src/core/address.ts';
import type { Account } from '../../src/core/people.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { ruleOf } from '../../src/release/policy.ts';

/** Long enough to look at it again, and short enough that it is still the same decision. */
const OPEN_MS = 15 * 60_000;

/** What a voter is asked, where, and by which code. */
export interface Confirmation {
  code: string;
  to: Address;
  asked: NonNullable<Vote['confirm']>;
}

/**
 * Where the rule asks for it, a direct message to the account that approves, and a code that only this message will
 * have. Undefined where a vote counts as it is.
 * @throws Refused if there are no direct messages on its platform: then the vote must not be stored
 */
export async function confirmationOf(
  approval: Approval,
  account: Account,
  { models, directMessages, clock }: Needs<'models' | 'directMessages' | 'clock'>,
): Promise<Confirmation | undefined> {
  if (ruleOf(approval, { models }).confirm === undefined) return undefined;
  const to = await directMessages.open(account);
  const code = randomBytes(12).toString('hex');
  const until = new Date(clock.now().getTime() + OPEN_MS);
  return { code, to, asked: { hash: hashOf(code), until } };
}

/** Stored instead of the code, which the message alone has. */
export const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex');

/** Replaces an earlier question to the same person: its button confirms nothing any more. */
export async function askToConfirm(
  approval: Approval,
  { person }: Vote,
  { code, to, asked: { until } }: Confirmation,
  { replies }: Needs<'replies'>,
): Promise<void> {
  const subject = receiptSubject(approval, person);
  const state = confirmation(approval, until, code);
  await replies.open(subject, to, state);
  await replies.show(subject, state);
}
