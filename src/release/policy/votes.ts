import { plural } from '../../core/figures.ts';
import { couldBeSame, holds, type Person } from '../../core/people.ts';
import type { Approval, Vote } from '../../core/ports/approvals.ts';
import { ruleOf } from './asked.ts';
import { mostDistinct } from './distinct.ts';
import { type Doubt, isAuthor, type Now, type Request, type Voter, voterOf } from './voter.ts';

export type NotCounted = Doubt & { vote: Vote; name: string };

export interface Ruling {
  /** One rejection that counts closes the request; `needed` approvals that count approve it. */
  status: 'approved' | 'rejected' | 'waits';
  /** The reason to store with a decision, as a sentence; for a request that waits, what it waits for. */
  reason: string;
  /** The approvals that count, oldest first, each by a different person. */
  approvals: Vote[];
  /** The votes that do not count, oldest first. */
  notCounted: NotCounted[];
  /** How many approvals are needed. */
  needed: number;
  /** How many are still needed from each group, by its name. */
  missing: Readonly<Record<string, number>>;
}

/**
 * The current result of all votes of a request. The only place for these rules: the vote, the write that closes
 * the request, and the switch all call it, each with the votes, people and configuration of its own moment.
 * Pure.
 */
export function judge(request: Request, now: Now): Ruling {
  const needed = neededBy(request, now);
  const asker = now.people.byId(request.requestedBy);
  const notCounted: NotCounted[] = [];
  const voters: Voter[] = [];
  for (const vote of request.votes) {
    const { person, doubt } = voterOf(vote, request, asker, now);
    if (doubt) notCounted.push({ vote, name: person?.name ?? vote.person, ...doubt });
    else if (person) voters.push({ vote, person });
  }
  const against = voters.find(({ vote }) => vote.verdict === 'reject');
  const approvers = counted(
    voters.filter(({ vote }) => vote.verdict === 'approve'),
    notCounted,
  );
  const order = request.votes;
  notCounted.sort((a, b) => order.indexOf(a.vote) - order.indexOf(b.vote));
  const approvals = approvers.map(({ vote }) => vote);
  const missing = missingIn(approvers, request, now);
  const ruled = { approvals, notCounted, needed, missing };
  if (against)
    return { status: 'rejected', reason: `Rejected by ${against.vote.person}.`, ...ruled };
  const absent = Object.entries(missing);
  if (approvals.length >= needed && absent.length === 0) {
    const reason = `Approved by ${approvals.map(({ person }) => person).join(', ')}.`;
    return { status: 'approved', reason, ...ruled };
  }
  const few = needed - approvals.length;
  const reasons = [
    ...(few > 0 ? [`${few} of ${needed} approvals missing`] : []),
    ...absent.map(([group, count]) => `${plural(count, 'approval')} from ${group} missing`),
  ];
  return { status: 'waits', reason: `${reasons.join(', ')}.`, ...ruled };
}

/** If it was raised since, the new number applies; if it was lowered, the number at the time of the request. */
const neededBy = (request: Request, now: Now): number =>
  Math.max(request.needed, ruleOf(request, now).needed);

function missingIn(
  approvers: readonly Voter[],
  request: Request,
  now: Now,
): Readonly<Record<string, number>> {
  const short = Object.entries(ruleOf(request, now).groups).map(([group, count]) => {
    const found = approvers.filter(({ person }) => person.groups?.includes(group)).length;
    return [group, count - found] as const;
  });
  return Object.fromEntries(short.filter(([, count]) => count > 0));
}

/** Whether an open request waits for that person's vote: it would count and has not been cast. */
export function waitsFor(
  person: Person,
  { status, environment, requestedBy, override, votes }: Request & Pick<Approval, 'status'>,
  { people }: Pick<Now, 'people'>,
): boolean {
  const asker = people.byId(requestedBy);
  if (status !== 'open' || !holds(person, 'approver', environment)) return false;
  if (asker && couldBeSame(person, asker)) return false;
  if (override && isAuthor(person, override, people)) return false;
  return !votes.some((vote) => (people.byId(vote.person)?.id ?? vote.person) === person.id);
}

/** One approval per person, and only by people who are certainly different from each other. */
function counted(approvers: readonly Voter[], notCounted: NotCounted[]): Voter[] {
  const once: Voter[] = [];
  for (const { vote, person } of approvers) {
    const first = once.find((other) => other.person.id === person.id);
    if (!first) {
      once.push({ vote, person });
      continue;
    }
    // Each platform that they voted from knows them, whichever vote came first.
    first.person = { ...first.person, on: [...new Set([...first.person.on, ...person.on])] };
    notCounted.push({
      ...{ vote, name: person.name, code: 'twice' },
      why: 'they have also voted with another account',
    });
  }
  const distinct = mostDistinct(once);
  for (const { vote, person } of once) {
    if (distinct.some((other) => other.person.id === person.id)) continue;
    const other = distinct.find((one) => couldBeSame(one.person, person))?.person ?? person;
    const why = `they and ${other.name}, who has also voted, may be the same person`;
    notCounted.push({
      ...{ vote, name: person.name, with: other, why, code: 'could be another voter' },
    });
  }
  return distinct;
}
