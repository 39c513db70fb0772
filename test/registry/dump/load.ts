import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { mongo } from 'mongoose';
import { z } from 'zod';

const { EJSON } = mongo.BSON;

const document = z.record(z.string(), z.unknown());
const indexes = z.array(
  z.object({
    key: z.record(z.string(), z.literal([1, -1])),
    name: z.string(),
    unique: z.boolean().exactOptional(),
    partialFilterExpression: document.exactOptional(),
  }),
);

const line = z.union([
  z.object({
    collection: z.string(),
    indexes,
  }),
  z.object({ doc: document }),
]);

interface Dumped {
  name: string;
  indexes: z.output<typeof indexes>;
  docs: Record<string, unknown>[];
}

/** What release 639ca5f wrote (make.mjs), collection by collection. */
export async function readDump(): Promise<Dumped[]> {
  const file = await readFile(new URL('639ca5f.ejson.gz', import.meta.url));
  const dumped: Dumped[] = [];
  for (const text of gunzipSync(file).toString().trim().split('\n')) {
    // In documents every number keeps its type.
    const read = line.parse(EJSON.parse(text, { relaxed: !text.startsWith('{"doc"') }));
    if ('doc' in read) dumped.at(-1)?.docs.push(read.doc);
    else dumped.push({ name: read.collection, indexes: read.indexes, docs: [] });
  }
  return dumped;
}

/** Loads the dump into an empty database. */
export async function loadDump(db: mongo.Db, dump: readonly Dumped[]): Promise<void> {
  for (const { name, indexes, docs } of dump) {
    if (docs.length > 0) await db.collection(name).insertMany(docs);
    if (indexes.length > 0) await db.collection(name).createIndexes(indexes);
  }
}

/** A whole database as text: any difference changes the text. */
export async function textOf(db: mongo.Db): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { name } of await db.listCollections().toArray()) {
    const docs = await db.collection(name).find({}, { promoteValues: false }).toArray();
    found[name] = docs.map((doc) => EJSON.stringify(doc, { relaxed: false })).toSorted();
  }
  return found;
}
