import { holds, type Role } from '../../core/people.ts';
import type { Vote } from '../../core/ports/approvals.ts';
import type { Now } from './voter.ts';

/** Someone who made a request: their ID, account and channel. */
interface Actor {
  person: string;
  cast?: Vote['cast'];
}

/**
 * Why someone may not act as `role` in an environment, with the people as they are now; undefined if they may.
 * The rights of an account through its groups are those at the time of its request.
 */
export function mayNotAct(
  role: Role,
  environment: string,
  { person, cast }: Actor,
  { people }: Pick<Now, 'people'>,
): string | undefined {
  const known = people.byId(person);
  const now = cast ? people.of(cast.by, cast.from) : known;
  if (!known || !now) return `${person} is no longer a member of this workspace`;
  if (holds(now, role, environment)) return undefined;
  return `${known.name} no longer has the ${role} role in ${environment}`;
}
