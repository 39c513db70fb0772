import type { mongo } from 'mongoose';
import { Refused } from '../../core/errors.ts';
import { demandNotNewer, readSchemaVersions } from '../migrations/version.ts';
import { type Sums, writeLine } from './format.ts';
import { createSums, differences, documentsOf, sumsOf } from './sums.ts';

/**
 * Writes the entire registry, line by line, and then reads it again to verify it.
 * @returns what was written
 * @throws Refused if the registry changed in the meantime; BadInput if a newer release wrote it
 */
export async function exportFrom(
  db: mongo.Db,
  at: Date,
  write: (line: string) => Promise<void>,
): Promise<Sums> {
  const { data: version, code } = await readSchemaVersions(db);
  demandNotNewer(version, code);
  await write(writeLine({ wheelhouse: 'registry', format: 1, version, at: at.toISOString() }));
  const sums = createSums();
  for await (const row of documentsOf(db)) {
    sums.add(row.collection, row.doc);
    await write(writeLine(row));
  }
  await write(writeLine({ sums: sums.all }));
  const changed = differences(sums.all, await sumsOf(db));
  if (changed.length > 0)
    throw new Refused(`The registry changed while it was exported (${changed.join(', ')}).`, {
      next: 'Stop the roles, then export again.',
    });
  return sums.all;
}
