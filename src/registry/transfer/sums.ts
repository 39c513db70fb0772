import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import { type Doc, type Sums, textOf } from './format.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Computes the sums of documents. */
export function createSums() {
  const hashes = new Map<string, string[]>();
  return {
    add(collection: string, doc: Doc): void {
      const known = hashes.get(collection) ?? [];
      known.push(sha256(textOf(doc)));
      hashes.set(collection, known);
    },
    /** Collections without documents are left out: not every store keeps them. */
    get all(): Sums {
      const filled = [...hashes].filter(([, each]) => each.length > 0).toSorted();
      return Object.fromEntries(
        filled.map(([name, each]) => [
          name,
          { documents: each.length, sha256: sha256(each.toSorted().join('\n')) },
        ]),
      );
    },
  };
}

/** All documents of a database except its version record, which differs during an import. */
export async function* documentsOf(db: mongo.Db): AsyncIterable<{ collection: string; doc: Doc }> {
  const collections = (await db.listCollections().toArray()).map(({ name }) => name);
  for (const collection of collections.toSorted()) {
    if (collection === 'migrations' || collection.startsWith('system.')) continue;
    for await (const doc of db.collection(collection).find({}, { promoteValues: false }))
      yield { collection, doc };
  }
}

export async function sumsOf(db: mongo.Db): Promise<Sums> {
  const sums = createSums();
  for await (const { collection, doc } of documentsOf(db)) sums.add(collection, doc);
  return sums.all;
}

/** The collections in which two registries differ. */
export function differences(a: Sums, b: Sums): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
  return names.filter(
    (name) => a[name]?.documents !== b[name]?.documents || a[name]?.sha256 !== b[name]?.sha256,
  );
}
