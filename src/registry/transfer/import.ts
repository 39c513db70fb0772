import type { mongo } from 'mongoose';
import { BadInput, Refused } from '../../core/errors.ts';
import type { DataVersion } from '../migrations/migration.ts';
import { demandNotNewer, readSchemaVersions, versionsOf } from '../migrations/version.ts';
import { unlessThere } from '../reach.ts';
import { type Doc, type First, readFirst, readLine, type Sums } from './format.ts';
import { createSums, differences, sumsOf } from './sums.ts';

const BATCH = 500;

/** Reads a file from its start, each time it is called. */
export type Lines = () => AsyncIterable<string>;

/**
 * Writes an exported registry into an empty one. The file is read completely before anything is written. During
 * the import, and after an interrupted one, no role starts on the registry; repeating it starts over. Indexes
 * are created at the next start, after the migrations that the data may need.
 * @returns what is there now, as read back
 * @throws BadInput for a file that is damaged, truncated or from a newer release; Refused if the registry is
 * not empty
 */
export async function importInto(db: mongo.Db, lines: Lines): Promise<Sums> {
  const { version, sums } = await verifyFile(lines);
  demandNotNewer(version, (await readSchemaVersions(db)).code);
  await claim(db);
  let batch: { collection: string; docs: Doc[] } = { collection: '', docs: [] };
  const flush = async () => {
    if (batch.docs.length > 0) await db.collection(batch.collection).insertMany(batch.docs);
  };
  for await (const { collection, doc } of rowsOf(lines)) {
    if (collection !== batch.collection || batch.docs.length >= BATCH) {
      await flush();
      batch = { collection, docs: [] };
    }
    batch.docs.push(doc);
  }
  await flush();
  const wrong = differences(sums, await sumsOf(db));
  if (wrong.length > 0)
    throw new Refused(
      `What was imported is not what the file holds (${wrong.join(', ')}), so no role will start on it.`,
      { next: 'Import again: it begins anew. If it happens again, please report it.' },
    );
  const done: Omit<DataVersion, '_id'> = { version, applied: [] };
  await versionsOf(db).replaceOne({ _id: 'registry', importing: true }, done);
  return sums;
}

/** The first process that writes the version has the registry for itself. */
async function claim(db: mongo.Db): Promise<void> {
  const versions = versionsOf(db);
  const mine: DataVersion = { _id: 'registry', version: 0, applied: [], importing: true };
  const isNew = (await unlessThere(() => versions.insertOne(mine))) !== undefined;
  const found = isNew ? mine : await versions.findOne({ _id: 'registry' });
  const names = (await db.listCollections().toArray()).map(({ name }) => name);
  const others = names.filter((name) => name !== 'migrations' && !name.startsWith('system.'));
  if (isNew) {
    const filled: string[] = [];
    for (const name of others) if (await db.collection(name).findOne({})) filled.push(name);
    if (filled.length === 0) return;
    await versions.deleteOne({ _id: 'registry', importing: true });
  } else if (found?.importing) {
    // No role has ever written to it: all data is from an interrupted import.
    for (const name of others) await db.collection(name).drop();
    return;
  }
  throw new Refused('The registry holds data already, so nothing was imported.', {
    next: 'Import into an empty database, or with WHEELHOUSE_HOME set to a new folder.',
  });
}

/** Everything that the file declares about itself, verified. */
async function verifyFile(lines: Lines): Promise<First & { sums: Sums }> {
  const sums = createSums();
  let head: First | undefined;
  let told: Sums | undefined;
  for await (const text of lines()) {
    if (!head) {
      head = readFirst(text);
      continue;
    }
    const line = readLine(text);
    if (told) throw damaged('Something follows its last line.');
    if ('sums' in line) told = line.sums;
    else sums.add(line.collection, line.doc);
  }
  if (!head || !told) throw damaged('It ends too early.');
  const wrong = differences(sums.all, told);
  if (wrong.length > 0) throw damaged(`It does not hold what it should in ${wrong.join(', ')}.`);
  return { ...head, sums: told };
}

async function* rowsOf(lines: Lines) {
  let isFirst = true;
  for await (const text of lines()) {
    if (!isFirst) {
      const line = readLine(text);
      if ('doc' in line) yield line;
    }
    isFirst = false;
  }
}

function damaged(what: string): BadInput {
  return new BadInput(`Reading the file: ${what}`, {
    next: 'Nothing was imported. Export it again.',
  });
}
