import type { Connection } from 'mongoose';
import { reach } from './reach.ts';

/** Large, and without references; and what is about references. */
const LEFT_OUT = ['profiles', 'profile_cursors', 'storage_marks', 'storage_owner'];
const HASH = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
/** A document is nested less deeply. */
const DEEPEST = 40;

/**
 * Every SHA-256 in every document: an object that any of them names is in use, whatever the document is. Signed
 * envelopes have theirs in base64.
 */
export async function* hashesIn(
  connection: Connection,
  signal?: AbortSignal,
): AsyncGenerator<{ collection: string; sha256: string }> {
  const { db } = connection;
  if (!db) throw new Error('the registry is not open');
  const names = await reach('reading what refers to objects', async () =>
    (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name),
  );
  for (const collection of names.filter((name) => !LEFT_OUT.includes(name)).toSorted()) {
    const documents = db.collection(collection).find({});
    for (;;) {
      signal?.throwIfAborted();
      const document = await reach('reading what refers to objects', () => documents.next());
      if (document === null) break;
      const found = new Set<string>();
      collect(document, '', found, 0);
      for (const sha256 of found) yield { collection, sha256 };
    }
  }
}

function collect(value: unknown, key: string, found: Set<string>, depth: number): void {
  if (depth > DEEPEST)
    throw new Error('a document of the registry is nested too deeply to be read');
  if (typeof value === 'string') {
    for (const [hash] of value.matchAll(HASH)) found.add(hash);
    if (key === 'payload')
      for (const [hash] of Buffer.from(value, 'base64').toString('latin1').matchAll(HASH))
        found.add(hash);
  } else if (Array.isArray(value)) for (const one of value) collect(one, key, found, depth + 1);
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) {
      // Names of files and features are keys in some documents.
      for (const [hash] of name.matchAll(HASH)) found.add(hash);
      collect(one, name, found, depth + 1);
    }
}
