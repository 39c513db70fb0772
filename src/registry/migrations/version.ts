import type { mongo } from 'mongoose';
import { BadInput } from '../../core/errors.ts';
import { migrations } from './index.ts';
import type { DataVersion } from './migration.ts';

export interface SchemaVersions {
  /** Version of the data; 0 before the first migration. */
  data: number;
  /** The version that this code reads and writes. */
  code: number;
}

/** The minor version of this release. */
export const MINOR = '0.1';

export const versionsOf = (db: mongo.Db): mongo.Collection<DataVersion> =>
  db.collection<DataVersion>('migrations');

/** The version of the data. Only reads. */
export async function readSchemaVersions(db: mongo.Db): Promise<SchemaVersions> {
  const found = await versionsOf(db).findOne({ _id: 'registry' });
  return { data: found?.version ?? 0, code: migrations.length };
}

/**
 * Data of a newer release of the same minor version is readable: migrations within one leave it so.
 * @param writtenBy the minor version of the release that migrated it last, if that is known
 * @throws BadInput, whose exit code prevents a restart
 */
export function demandNotNewer(data: number, code: number, writtenBy?: string): void {
  if (data <= code || writtenBy === MINOR) return;
  throw new BadInput(
    `The data in the registry has version ${data}, and this release of Wheelhouse reads versions up to ${code}: a newer release wrote it. Nothing was started and nothing was changed.`,
    { next: 'Install that release or a newer one, or restore a backup from before the upgrade.' },
  );
}
