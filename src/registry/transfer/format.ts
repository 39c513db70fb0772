import { mongo } from 'mongoose';
import { z } from 'zod';
import { BadInput } from '../../core/errors.ts';

const { EJSON } = mongo.BSON;

/** A document as the driver gives it with `promoteValues: false`: every number keeps its type. */
export type Doc = Record<string, unknown>;

/** The number of documents in a collection, and a SHA-256 over all of them, independent of their order. */
export type Sums = Record<string, { documents: number; sha256: string }>;

const document = z.record(z.string(), z.unknown());
const first = z.strictObject({
  wheelhouse: z.literal('registry'),
  format: z.literal(1),
  /** Of the data, as counted by migrations. */
  version: z.int().nonnegative(),
  at: z.iso.datetime(),
});
const row = z.strictObject({ collection: z.string(), doc: document });
const last = z.strictObject({
  sums: z.record(
    z.string(),
    z.strictObject({ documents: z.int().nonnegative(), sha256: z.string() }),
  ),
});

export type First = z.output<typeof first>;

/**
 * A line of the file: extended JSON (canonical), which preserves BSON types. The first line describes the file,
 * the last one what must be in between.
 */
export const writeLine = (line: First | z.output<typeof row> | z.output<typeof last>): string => {
  if (!('doc' in line)) return JSON.stringify(line);
  return `{"collection":${JSON.stringify(line.collection)},"doc":${textOf(line.doc)}}`;
};

/** The hashed form of a document: its canonical extended JSON, `_id` first as every server stores it. */
export function textOf({ _id, ...rest }: Doc): string {
  return EJSON.stringify({ _id, ...rest }, { relaxed: false });
}

/** @throws BadInput */
export function readFirst(text: string): First {
  return parsed(first, () => JSON.parse(text), 'It is no registry that this release can read.');
}

/** @throws BadInput */
export function readLine(text: string): z.output<typeof row> | z.output<typeof last> {
  const isRow = text.startsWith('{"collection"');
  const read = () => (isRow ? EJSON.parse(text, { relaxed: false }) : JSON.parse(text));
  return parsed(z.union([row, last]), read, `A line of it is damaged: ${text.slice(0, 60)}`);
}

function parsed<T>(schema: z.ZodType<T>, read: () => unknown, what: string): T {
  try {
    return schema.parse(read());
  } catch (cause) {
    throw new BadInput(`Reading the file: ${what}`, { next: 'Nothing was imported.', cause });
  }
}
