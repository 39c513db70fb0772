import { approvalState, approvalSubject } from '../../src/cards/approval.ts';
import { holdInWords, lockInWords } from '../../src/cards/endpoint.ts';
import { freezeNotice } from '../../src/cards/freeze.ts';
import type { Count } from '../../src/cards/votes.ts';
import { clockTime } from '../../src/core/figures.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { freezeStatus, judge } from '../../src/release/policy.ts';

export type ShowParts = Needs<
  'replies' | 'approvals' | 'people' | 'models' | 'endpoints' | 'freezes' | 'clock'
>;

/**
 * Shows in a request's message how its votes count now. Another vote may arrive or decide it in the meantime,
 * and the last reader must write last.
 */
export async function showVotes(approval: Approval, needs: ShowParts): Promise<void> {
  const { replies, approvals } = needs;
  const subject = approvalSubject(approval);
  for (let now = approval, shown: Approval | undefined; !isSame(now, shown); ) {
    const count = now.deployment === undefined ? await countOf(now, needs) : undefined;
    await replies.show(subject, approvalState(now, undefined, count));
    shown = now;
    now = await approvals.get(approval.id);
  }
}

/** How its votes count now, and what else keeps it from going live. */
export async function countOf(
  approval: Approval,
  { people, models, endpoints, freezes, clock }: Omit<ShowParts, 'replies' | 'approvals'>,
): Promise<Count> {
  const { environment, settlesAt, status, automation, id } = approval;
  const endpoint = await endpoints.get(approval);
  const ruling = judge(approval, { people, models, endpoint });
  if (status !== 'open') return ruling;
  const now = clock.now();
  const frozen = { calendar: freezes.calendar, freezes: await freezes.current() };
  const { lock, hold } = endpoint;
  const notices = [
    settlesAt && `It goes live at ${clockTime(settlesAt)} UTC, unless a vote is withdrawn before.`,
    freezeNotice(freezeStatus(environment, frozen, now), now),
    lock && lock.until > now && lock.change !== id && `Now ${lockInWords(lock)}.`,
    automation !== undefined && hold && `Automation is ${holdInWords(hold)}.`,
  ].filter((notice) => typeof notice === 'string');
  return { ...ruling, notices, now };
}

const isSame = (one: Approval, other: Approval | undefined): boolean =>
  one.revision === other?.revision &&
  one.status === other.status &&
  one.deployment === other.deployment &&
  one.settlesAt?.getTime() === other.settlesAt?.getTime();
