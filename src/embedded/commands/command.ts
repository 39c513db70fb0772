import { z } from 'zod';
import { unsupported } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Doc } from '../values.ts';

/** Where a command runs: on the collection `ns`, if it is one's name that stands at its `target`. */
export type Place = { store: Store; db: string; target: unknown; ns: string };
export type Command = (request: Doc, store: Store) => Doc;

/** What a command may carry and this store need not hear: a batch is what fits into a message. */
const HARMLESS = /^(writeConcern|cursor|batchSize|singleBatch|nameOnly|authorizedCollections)$/;

/**
 * A command by the fields that it understands after its name.
 * @throws (when run) StoreError 115 for a field that is malformed or would be ignored
 */
export function command<S extends z.ZodRawShape>(
  shape: S,
  run: (request: z.output<z.ZodObject<S, z.core.$strict>>, place: Place) => Doc,
): Command {
  const schema = z.strictObject(shape);
  return ({ $db, ...request }, store) => {
    const db = String($db);
    const [[name, target] = [], ...fields] = Object.entries(request);
    const own = fields.filter(([field]) => !HARMLESS.test(field));
    const parsed = schema.safeParse(Object.fromEntries(own));
    if (parsed.success) return run(parsed.data, { store, db, target, ns: `${db}.${target}` });
    throw unsupported(`${name} like this: ${z.prettifyError(parsed.error)}`);
  };
}
