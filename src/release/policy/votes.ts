import { plural } from '../../core/figures.ts';
import type { Models } from '../../core/model.ts';
import { couldBeSame, type Directory, holds, type Person } from '../../core/people.ts';
import type { Approval, Vote } from '../../core/ports/approvals.ts';
import type { EndpointState } from '../../core/ports/endpoints.ts';
import { changedSince, ruleOf } from './asked.ts';
import { mostDistinct } from './distinct.ts';

/** The people and the configuration as they are now, not as they were at the time of a vote. */
export interface Now {
  people: Pick<Directory, 'of' | 'byId'>;
  models: Pick<Models, 'list'>;
  /** What is live; undefined where it must not matter, since the version itself is live by now. */
  endpoint?: Pick<EndpointState, 'stable'> | undefined;
}

/** Why a vote does not count. `why` is for the sentence "X's vote does not count: …". */
type Doubt =
  | {
      code: 'gone' | 'role' | 'moved' | 'own' | 'twice' | 'asker gone' | 'unasked' | 'changed';
      why: string;
    }
  /** The voter and `with` may be the same person. */
  | { code: 'could be the asker' | 'could be another voter'; with: Person; why: string };

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

type Request = Pick<
  Approval,
  'model' | 'environment' | 'requestedBy' | 'needed' | 'votes' | 'evidence'
>;
interface Voter {
  vote: Vote;
  person: Person;
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
  { status, environment, requestedBy, votes }: Request & Pick<Approval, 'status'>,
  { people }: Pick<Now, 'people'>,
): boolean {
  const asker = people.byId(requestedBy);
  if (status !== 'open' || !holds(person, 'approver', environment)) return false;
  if (asker && couldBeSame(person, asker)) return false;
  return !votes.some((vote) => (people.byId(vote.person)?.id ?? vote.person) === person.id);
}

function voterOf(
  vote: Vote,
  request: Request,
  asker: Person | undefined,
  now: Now,
): { person?: Person; doubt?: Doubt } {
  const { requestedBy, environment } = request;
  const { people } = now;
  const known = people.byId(vote.person);
  if (!known)
    return { doubt: { code: 'gone', why: `${vote.person} is no longer in this workspace` } };
  const person = vote.cast ? people.of(vote.cast.by, vote.cast.from) : known;
  const refuse = (doubt: Doubt) => ({ person: known, doubt });
  if (person && person.id !== known.id)
    return refuse({ code: 'moved', why: `the account that cast it is ${person.name}'s now` });
  // Approvers who are listed in the configuration need no confirmation by a platform.
  const doubt = holds(known, 'approver', environment) ? undefined : vote.cast?.doubt;
  if (doubt === 'gone')
    return refuse({ code: 'gone', why: `no longer a member on ${platformOf(vote)}` });
  if (!person || !holds(person, 'approver', environment)) {
    const left = 'no longer in a group that makes them an approver';
    return refuse({ code: 'role', why: doubt === 'left' ? left : 'no longer an approver' });
  }
  if (person.id === requestedBy || person.id === asker?.id)
    return refuse({ code: 'own', why: 'they made the request themselves' });
  if (asker && couldBeSame(asker, person)) {
    const why = `they and ${asker.name}, who made the request, may be the same person`;
    return refuse({ code: 'could be the asker', with: asker, why });
  }
  // A voter who is no longer known could be anyone; a rejection does no harm.
  if (!asker && vote.verdict === 'approve') {
    const why = `${requestedBy}, who made the request, is no longer in this workspace`;
    return refuse({ code: 'asker gone', why });
  }
  if (doubt === 'unasked' && vote.verdict === 'approve') {
    const why = `${platformOf(vote)} did not confirm that they are still in a group that makes them an approver; this is retried every 15 seconds`;
    return refuse({ code: 'unasked', why });
  }
  // A rejection stays one, whatever has changed: it closes the request.
  const changed = changedSince(vote.asked, request, now);
  if (changed !== undefined && vote.verdict === 'approve')
    return refuse({ code: 'changed', why: changed });
  // Without its platform's word, an account is only in the groups in which the configuration lists its owner.
  if (vote.cast?.doubt) return { person: { ...person, groups: known.groups ?? [] } };
  return { person };
}

function platformOf({ via }: Vote): string {
  return via.charAt(0).toUpperCase() + via.slice(1);
}

/** One approval per person, and only by people who are certainly different from each other. */
function counted(approvers: readonly Voter[], notCounted: NotCounted[]): Voter[] {
  const once: Voter[] = [];
  for (const { vote, person } of approvers) {
    if (once.every((other) => other.person.id !== person.id)) once.push({ vote, person });
    else
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
