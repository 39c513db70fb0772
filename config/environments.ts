import { z } from 'zod';
import { type Fault, fieldsOf } from './faults.ts';

/** If the file lists none. */
const DEFAULT = { production: {} };

/**
 * `environments:` in either form: a list of names, or a map from names to rules. Keeps the order of the file; a name
 * without rules is an empty map.
 */
export function environmentMap<S extends z.ZodType>(environment: S) {
  return z.preprocess(
    (given) => Object.fromEntries(entriesOf(given ?? DEFAULT)),
    z.record(z.string(), environment),
  );
}

/** Errors in names of environments, anywhere in the file. */
export function environmentFaults(
  file: Record<string, unknown>,
  nameFaults: (path: readonly string[], named: Record<string, unknown>) => Fault[],
): Fault[] {
  const names = namesOf(file);
  const faults = nameFaults(['environments'], Object.fromEntries(names.map((name) => [name, {}])));
  if (names.length === 0)
    faults.push({ path: ['environments'], words: 'at least one is needed, e.g. production' });
  const given = file['environments'];
  if (Array.isArray(given) && new Set(given).size < given.length)
    faults.push({ path: ['environments'], words: 'a name is listed twice' });
  if (names.includes('v2'))
    faults.push({
      path: ['environments', 'v2'],
      words: 'the address of the gateway uses this name; choose another',
    });
  const unknown = (path: readonly string[], named: unknown): Fault[] =>
    Object.keys(fieldsOf(named))
      .filter((name) => !names.includes(name))
      .map((name) => ({
        path: [...path, name],
        words: `unknown environment; expected ${names.join(', ')}`,
      }));
  return [
    ...faults,
    ...Object.entries(fieldsOf(file['models'])).flatMap(([model, spec]) =>
      unknown(['models', model, 'environments'], fieldsOf(spec)['environments']),
    ),
    ...Object.entries(fieldsOf(file['people'])).flatMap(([id, person]) =>
      unknown(['people', id, 'roles'], fieldsOf(person)['roles']),
    ),
    ...Object.entries(fieldsOf(file['access'])).flatMap(([platform, access]) =>
      ['groups', 'channels', 'users'].flatMap((key) =>
        Object.entries(fieldsOf(fieldsOf(access)[key])).flatMap(([id, given]) =>
          unknown(['access', platform, key, id, 'roles'], fieldsOf(given)['roles']),
        ),
      ),
    ),
  ];
}

/** Names of the environments in a file, as read. */
export function namesOf(file: Record<string, unknown>): string[] {
  const given = file['environments'];
  return given === undefined ? Object.keys(DEFAULT) : entriesOf(given).map(([name]) => name);
}

function entriesOf(given: unknown): [string, unknown][] {
  if (Array.isArray(given)) return given.map((name) => [String(name), {}]);
  return Object.entries(fieldsOf(given)).map(([name, value]) => [name, value ?? {}]);
}
