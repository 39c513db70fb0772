import { type Fault, fieldsOf } from './faults.ts';

/** One identity of two people, ignoring case: either could act and vote as the other. */
export function twins(people: Readonly<Record<string, unknown>>): Fault[] {
  const known = new Map<string, string>();
  return Object.entries(people).flatMap(([id, person]) =>
    Object.entries(fieldsOf(fieldsOf(person)['identities'])).flatMap(([platform, user]) => {
      const account = `${platform}:${String(user).toLowerCase()}`;
      const other = known.get(account);
      if (other === undefined) known.set(account, id);
      return other === undefined
        ? []
        : [
            {
              path: ['people', id, 'identities', platform],
              words: `"${user}" already belongs to ${other} (case is ignored)`,
            },
          ];
    }),
  );
}
