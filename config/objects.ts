import { z } from 'zod';
import { didYouMean } from '../src/core/suggest.ts';
import { objectStoreKinds } from '../src/objects/index.ts';
import { fieldsOf } from './faults.ts';

const [firstKind, ...otherKinds] = objectStoreKinds;
const NAMES = objectStoreKinds.map(({ name }) => name);

/** Each kind defines its own keys and defaults, in src/objects. */
export const ObjectsFile = z
  .discriminatedUnion('kind', [firstKind.schema, ...otherKinds.map(({ schema }) => schema)], {
    error: ({ input }) => aboutKind(input),
  })
  .prefault({ kind: firstKind.name });

function aboutKind(input: unknown): string | undefined {
  const { kind } = fieldsOf(input);
  if (kind === undefined) return `expected kind: ${NAMES.join(' or ')}`;
  return `unknown kind of object store ${JSON.stringify(kind)}.${didYouMean(String(kind), NAMES)} Expected one of ${NAMES.join(', ')}`;
}

/** All keys of object stores, for suggestions. */
export const OBJECTS_KEYS: readonly string[] = objectStoreKinds.flatMap(({ keys }) => keys);
