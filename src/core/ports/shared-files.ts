import type { StoredObject } from './objects.ts';

/** A file whose bytes are in the object store. */
export interface SharedFile extends StoredObject {
  /** Its folder, e.g. `predictions/flights@production` or `runs/run-7`. */
  space: string;
  /** Unique in its folder. */
  name: string;
  /** When these bytes were registered. */
  at: Date;
}

/** Which files there are in folders that roles share without a shared disk. The bytes are in the object store. */
export interface SharedFiles {
  /** Registers a file, or other bytes for it. The object must be stored already. */
  put(file: Omit<SharedFile, 'at'>): Promise<void>;
  /** By name. `since`: only those that were registered since then. */
  list(space: string, since?: Date): Promise<SharedFile[]>;
  /** Folders with files whose names begin so. */
  spaces(start: string): Promise<string[]>;
  remove(space: string, names: readonly string[]): Promise<void>;
}
