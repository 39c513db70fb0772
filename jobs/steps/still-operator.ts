import { Refused } from '../../src/core/errors.ts';
import type { Needs } from '../../src/core/world.ts';
import { mayNotAct } from '../../src/release/policy.ts';

type Actor = Parameters<typeof mayNotAct>[2];

/**
 * Asks the release policy right before a write, with the people and accounts of this instant.
 * @throws Refused where they are no operator in that environment any more; `consequence`: what did not happen
 */
export async function requireStillOperator(
  actor: Actor,
  environment: string,
  consequence: string,
  { people, links }: Needs<'people' | 'links'>,
): Promise<undefined> {
  people.replaceLinks(await links.list());
  const why = mayNotAct('operator', environment, actor, { people });
  if (why === undefined) return undefined;
  throw new Refused(`${why}, so ${consequence}.`);
}
