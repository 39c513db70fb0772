import type { mongo } from 'mongoose';

/**
 * One change of stored data. It may be stopped before any write and started again, and two processes may
 * run it at once: both must end in the same data. It works on plain collections, since the schemas of
 * today say nothing about the data of yesterday.
 */
export interface Migration {
  /** As its file is called: `0001-drop-old-indexes`. The number is the version of the data after it. */
  name: string;
  /** `first`: the first environment of the configuration. */
  run(db: mongo.Db, at: Date, first: string): Promise<void>;
}

/** What stands in the database about its own version. */
export interface DataVersion {
  _id: 'registry';
  /** Number of the last migration that ended. */
  version: number;
  applied: { name: string; at: Date }[];
  /** Set while a registry is imported, and where that was cut off. */
  importing?: true;
  /** The process that migrates now. */
  lease?: { holder: string; until: Date };
}
