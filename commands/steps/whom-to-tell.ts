import type { Asking } from '../../src/core/command.ts';
import { WheelhouseError } from '../../src/core/errors.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';

/**
 * Where a requester is told the outcome, by their own setting. Undefined if they do not want to be, or where nobody can
 * be notified: in the chat page and the terminal, the request itself shows it.
 */
export async function whomToTell(
  { by, account }: Pick<Asking, 'by' | 'account'>,
  { directMessages }: Needs<'directMessages'>,
): Promise<Approval['tell']> {
  const { outcomes = 'mention' } = by;
  if (outcomes === 'none') return undefined;
  const { platform, user, name } = account;
  const own = { platform, user, ...(name !== undefined && { name }) };
  try {
    const direct = await directMessages.open(account);
    return { account: own, ...(outcomes === 'direct-message' && { direct }) };
  } catch (error) {
    if (!(error instanceof WheelhouseError)) throw error;
    return undefined;
  }
}
