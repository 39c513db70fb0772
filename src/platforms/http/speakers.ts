import { BadInput, Refused } from '../../core/errors.ts';
import type { Directory, Person } from '../../core/people.ts';

/** The people as whom the holder of the token may act. */
export interface Speakers {
  all(): Person[];
  /**
   * The person called `as`; without a name, the only person.
   * Throws BadInput if a name is needed, Refused if the token may not act as that person.
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
        throw new BadInput('Several people can use this token: say who you are.', {
          next: offer(),
        });
      const person = all().find(({ id }) => id === as);
      if (person) return person;
      throw new Refused(`This session may not act as ${JSON.stringify(as)}.`, { next: offer() });
    },
  };
}
