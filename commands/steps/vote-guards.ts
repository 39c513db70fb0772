import { frozenInWords } from '../../src/cards/freeze.ts';
import { Refused } from '../../src/core/errors.ts';
import type { People, Person } from '../../src/core/people.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { freezeStatus, judge, type NotCounted } from '../../src/release/policy.ts';

/** A vote that would not count now is not stored. */
export function requireWouldCount(
  before: Approval,
  earlier: Vote | undefined,
  vote: Vote,
  by: Person,
  { people, models, clock }: Needs<'people' | 'models' | 'clock'>,
): void {
  const votes = [...before.votes.filter((other) => other !== earlier), vote];
  const { notCounted } = judge({ ...before, votes }, { people, models });
  const mine = notCounted.find((one) => one.vote === vote);
  if (mine?.code === 'own' || mine?.code === 'could be the asker') throw notMine(mine, before, by);
  requireOpen(before, clock.now());
  if (mine && mine.code !== 'unconfirmed') throw notMine(mine, before, by);
}

/** An approval in a freeze would let a version go live that nobody looks after. A rejection is always possible. */
export async function requireNotFrozen(
  { environment }: Approval,
  { freezes, clock }: Needs<'freezes' | 'clock'>,
) {
  const frozen = { calendar: freezes.calendar, freezes: await freezes.current() };
  const now = clock.now();
  const words = frozenInWords(freezeStatus(environment, frozen, now), now);
  if (words !== undefined)
    throw new Refused(`${words}, so your vote was not counted.`, { next: 'Vote when it is open.' });
}

function notMine(doubt: NotCounted, approval: Approval, by: Person): Refused {
  const { model, version, requestedBy } = approval;
  switch (doubt.code) {
    case 'own':
      return new Refused(
        `You requested ${model} v${version} yourself, so your vote does not count.`,
        { next: 'Someone else with the approver role must review it.' },
      );
    case 'could be the asker':
      return new Refused(
        `${by.name} and ${doubt.with.name}, who made the request, may be the same person, so the vote does not count.`,
        {
          next: 'Ask an admin to list both accounts under "people" in the workspace configuration.',
        },
      );
    case 'could be another voter':
      return new Refused(
        `${by.name} and ${doubt.with.name}, who has already voted, may be the same person, so the vote does not count.`,
        { next: 'Run /link on one of the accounts, or ask an admin to list both under "people".' },
      );
    case 'asker gone':
      return new Refused(
        `${requestedBy}, who requested ${model} v${version}, is no longer in this workspace, so the request cannot be approved.`,
        { next: 'Reject it and request again.' },
      );
    case 'override':
      return new Refused(
        `You overrode a gate of ${model} v${version} in this request, so your approval does not count.`,
        { next: 'Someone else with the approver role must review it.' },
      );
    case 'override author gone':
      return new Refused(`Your vote does not count: ${doubt.why}.`, {
        next: 'Reject it and request again.',
      });
    default:
      return new Refused(`Your vote does not count: ${doubt.why}.`);
  }
}

export function requireOpen(approval: Approval, now: Date): void {
  if (approval.status === 'checking')
    throw new Refused(`The gates of ${approval.id} are still being checked.`, {
      next: 'Vote when the results are in.',
    });
  if (approval.status !== 'open') throw closed(approval);
  if (approval.expiresAt && approval.expiresAt <= now)
    throw new Refused(`${approval.id} has expired.`, {
      next: `Use /promote ${approval.model} ${approval.version} --to ${approval.environment} to request again.`,
    });
}

/** Whether the ID is theirs: their own, or that of an account linked since. */
export function isNow(id: string, by: Person, people: People): boolean {
  return id === by.id || people.byId(id)?.id === by.id;
}

export function closed({ id, status }: Approval): Refused {
  return new Refused(`${id} is already ${status}, so nothing was changed.`);
}
