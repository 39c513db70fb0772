import { BadInput, Refused } from '../../core/errors.ts';
import type { Directory, Person } from '../../core/people.ts';

/** Whom the holder of the token may speak as. */
export interface Speakers {
  all(): Person[];
  /**
   * The person called `as`; without a name, the only one there is.
   * Throws BadInput where a name is needed, Refused where the token may not be that person.
   */
  named(as: string | undefined): Person;
}

export function createSpeakers(people: Directory, identities: 'any' | Person): Speakers {
  const all = () => (identities === 'any' ? people.atLeast('viewer') : [identities]);
  const offer = () =>
    `One of: ${all()
      .map(({ id }) => id)
      .join(', ')}.`;
  return {
    all,
    named(as) {
      const [first, ...others] = all();
      if (as === undefined && first && others.length === 0) return first;
      if (as === undefined)
        throw new BadInput('Several people may speak here: say who you are.', { next: offer() });
      const person = all().find(({ id }) => id === as);
      if (person) return person;
      throw new Refused(`This session may not speak as ${JSON.stringify(as)}.`, { next: offer() });
    },
  };
}
