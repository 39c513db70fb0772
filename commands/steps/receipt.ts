import { receipt, receiptSubject, receiptWithdrawn } from '../../src/cards/receipt.ts';
import type { Asking } from '../../src/core/command.ts';
import { WheelhouseError } from '../../src/core/errors.ts';
import { specIn } from '../../src/core/model.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';

/**
 * Confirms a vote to its voter in a direct message, where the approval rule asks for it. The vote counts without it:
 * a platform may have no direct messages, and the answer to the vote says the same.
 */
export async function sendReceipt(
  approval: Approval,
  vote: Vote,
  { account }: Pick<Asking, 'account'>,
  { models, replies, directMessages }: Needs<'models' | 'replies' | 'directMessages'>,
): Promise<void> {
  const { receipts, confirm } = specIn(models.get(approval.model), approval.environment).approval;
  // What asked for the confirmation becomes the receipt.
  if (!receipts && confirm === undefined) return;
  const subject = receiptSubject(approval, vote.person);
  const state = receipt(approval, vote);
  try {
    await replies.open(subject, await directMessages.open(account), state);
    await replies.show(subject, state);
  } catch (error) {
    if (!(error instanceof WheelhouseError)) throw error;
  }
}

export async function withdrawReceipt(
  approval: Approval,
  person: string,
  { replies }: Needs<'replies'>,
): Promise<void> {
  const subject = receiptSubject(approval, person);
  if ((await replies.placesOf(subject)).length > 0)
    await replies.show(subject, receiptWithdrawn(approval));
}
