import { Double, Long } from 'bson';
import { z } from 'zod';
import { unsupported } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Doc } from '../values.ts';

/**
 * Where a command runs: on the collection `ns`, if its `target` is the name of one; and when its client wants
 * it aborted, by the process's monotonic clock in milliseconds.
 */
export type Place = { store: Store; db: string; target: unknown; ns: string; until: number };
export type Command = (request: Doc, store: Store) => Doc;

/** Fields that a command may have and that this store can ignore: a batch is whatever fits into a message. */
const HARMLESS =
  /^(writeConcern|readConcern|cursor|batchSize|singleBatch|nameOnly|authorizedCollections|comment)$/;

/** An argument, of any numeric type. */
export const count = z
  .union([z.number(), z.instanceof(Long), z.instanceof(Double)])
  .transform(Number)
  .pipe(z.number().int().nonnegative());

const timed = z.object({ maxTimeMS: count.default(0) });

/**
 * A command by the fields that it understands after its name.
 * @throws (when run) StoreError 115 for a field that is malformed or would be ignored
 */
export function command<S extends z.ZodRawShape>(
  shape: S,
  run: (request: z.output<z.ZodObject<S, z.core.$strict>>, place: Place) => Doc,
): Command {
  const schema = z.strictObject(shape);
  return ({ $db, maxTimeMS, ...request }, store) => {
    const db = String($db);
    const [[name, target] = [], ...fields] = Object.entries(request);
    const own = fields.filter(([field]) => !HARMLESS.test(field));
    const patience = timed.safeParse({ maxTimeMS });
    if (!patience.success)
      throw unsupported(`command ${name} like this: ${z.prettifyError(patience.error)}`);
    const parsed = schema.safeParse(Object.fromEntries(own));
    if (!parsed.success)
      throw unsupported(`command ${name} like this: ${z.prettifyError(parsed.error)}`);
    const until = performance.now() + (patience.data.maxTimeMS || Number.POSITIVE_INFINITY);
    return run(parsed.data, { store, db, target, ns: `${db}.${target}`, until });
  };
}
