import type { Models } from '../../core/model.ts';
import { couldBeSame, type Directory, holds, type Person } from '../../core/people.ts';
import type { Approval, OverrideOrder, Vote } from '../../core/ports/approvals.ts';
import type { EndpointState } from '../../core/ports/endpoints.ts';
import { changedSince, ruleOf } from './asked.ts';

/** The people and the configuration as they are now, not as they were at the time of a vote. */
export interface Now {
  people: Pick<Directory, 'of' | 'byId'>;
  models: Pick<Models, 'list'>;
  /** What is live; undefined where it must not matter, since the version itself is live by now. */
  endpoint?: Pick<EndpointState, 'stable'> | undefined;
}

/** Why a vote does not count. `why` is for the sentence "X's vote does not count: …". */
export type Doubt =
  | {
      code: 'gone' | 'role' | 'moved' | 'own' | 'twice' | 'asker gone' | 'unasked' | 'changed';
      why: string;
    }
  /** They were asked to confirm it. */
  | { code: 'unconfirmed'; why: string }
  /** They overrode a gate of the request, or nobody knows any more who did. */
  | { code: 'override' | 'override author gone'; why: string }
  /** The voter and `with` may be the same person. */
  | {
      code: 'could be the asker' | 'could be the author' | 'could be another voter';
      with: Person;
      why: string;
    };

export type Request = Pick<
  Approval,
  'model' | 'environment' | 'requestedBy' | 'needed' | 'votes' | 'evidence' | 'override'
>;

export interface Voter {
  vote: Vote;
  person: Person;
}

/** Whose vote it is, and why it does not count, whatever others voted. Pure. */
export function voterOf(
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
  const overrode = vote.verdict === 'approve' ? doubtOfAuthor(person, request, people) : undefined;
  if (overrode) return refuse(overrode);
  if (doubt === 'unasked' && vote.verdict === 'approve') {
    const why = `${platformOf(vote)} did not confirm that they are still in a group that makes them an approver; this is retried every 15 seconds`;
    return refuse({ code: 'unasked', why });
  }
  // A rejection stays one, whatever has changed: it closes the request.
  const changed = changedSince(vote.asked, request, now);
  if (changed !== undefined && vote.verdict === 'approve')
    return refuse({ code: 'changed', why: changed });
  const asks = vote.verdict === 'approve' && ruleOf(request, now).confirm !== undefined;
  if (asks && !vote.confirmedAt) {
    const why = 'they have not confirmed it in their direct message yet';
    return refuse({ code: 'unconfirmed', why });
  }
  // Without its platform's word, an account is only in the groups in which the configuration lists its owner.
  if (vote.cast?.doubt) return { person: { ...person, groups: known.groups ?? [] } };
  return { person };
}

function platformOf({ via }: Vote): string {
  return via.charAt(0).toUpperCase() + via.slice(1);
}

/** Whoever lets a request pass a gate that it failed has decided about it once already. They may still reject it. */
function doubtOfAuthor(
  person: Person,
  { override }: Pick<Request, 'override'>,
  people: Now['people'],
): Doubt | undefined {
  if (!override) return undefined;
  const { by, gate } = override;
  const author = people.byId(by);
  // Somebody who is no longer known could be anyone.
  if (!author) {
    const why = `${by}, who overrode the gate "${gate}", is no longer in this workspace`;
    return { code: 'override author gone', why };
  }
  if (!isAuthor(person, override, people)) return undefined;
  if (person.id === author.id)
    return { code: 'override', why: `they overrode the gate "${gate}" of this request` };
  const why = `they and ${author.name}, who overrode the gate "${gate}", may be the same person`;
  return { code: 'could be the author', with: author, why };
}

/** Whether somebody overrode a gate, or may be the person who did. */
export function isAuthor(
  person: Person,
  { by }: Pick<OverrideOrder, 'by'>,
  people: Pick<Directory, 'byId'>,
): boolean {
  const author = people.byId(by);
  return author !== undefined && couldBeSame(author, person);
}
