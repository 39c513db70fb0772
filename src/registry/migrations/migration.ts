import type { mongo } from 'mongoose';

/**
 * One change of stored data. It may be stopped before any write and started again, and two processes may run it
 * at once: both must end with the same data. It uses plain collections, because today's schemas do not describe
 * old data.
 */
export interface Migration {
  /** As its file is named: `0001-drop-old-indexes`. The number is the version of the data after it. */
  name: string;
  /** `first`: the first environment of the configuration. */
  run(db: mongo.Db, at: Date, first: string): Promise<void>;
}

/** The database's record of its own version. */
export interface DataVersion {
  _id: 'registry';
  /** Number of the last completed migration. */
  version: number;
  applied: { name: string; at: Date }[];
  /** The minor version of the release that migrated it last. */
  minor?: string;
  /** Set while a registry is imported, and if the import was interrupted. */
  importing?: true;
  /** The process that is migrating now. */
  lease?: { holder: string; until: Date };
}
