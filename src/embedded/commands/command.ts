import { z } from 'zod';
import type { Cursors } from '../cursors.ts';
import { StoreError } from '../errors.ts';
import type { Store } from '../store.ts';
import { type Doc, isDoc } from '../values.ts';

export type Context = { store: Store; cursors: Cursors; db: string };
export type Command = (request: Doc, context: Context) => Doc;

export const doc = z.custom<Doc>(isDoc, 'expected a document');
export const docs = z.array(doc);
export const count = z.number().int().nonnegative();

/** Fields any command may carry and that change nothing on a single server without sessions. */
const HARMLESS = new Set(
  (
    '$db $readPreference $clusterTime lsid comment maxTimeMS readConcern writeConcern hint ' +
    'allowDiskUse noCursorTimeout bypassDocumentValidation apiVersion apiStrict'
  ).split(' '),
);

/**
 * A command with the fields it understands.
 * @throws (when run) StoreError 9 for a field that is malformed or would be ignored
 */
export function command<S extends z.ZodRawShape>(
  shape: S,
  run: (request: z.output<z.ZodObject<S, z.core.$strict>>, context: Context) => Doc,
): Command {
  const schema = z.strictObject(shape);
  return (request, context) => {
    const own = Object.entries(request).filter(([field]) => !HARMLESS.has(field));
    const parsed = schema.safeParse(Object.fromEntries(own));
    if (parsed.success) return run(parsed.data, context);
    throw new StoreError(
      'FailedToParse',
      `${own[0]?.[0]}: the embedded store does not take this: ${z.prettifyError(parsed.error)}; ` +
        'set MONGODB_URI to use a real MongoDB server',
    );
  };
}
