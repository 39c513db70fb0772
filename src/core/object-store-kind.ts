import type { z } from 'zod';
import type { ObjectStore, OpenObject, StoredObject } from './ports/objects.ts';

/** Which store a workspace has. */
export interface ObjectsSpec {
  kind: string;
  /** How long something stays that nothing refers to. */
  keepDays: number;
  /** Whether it is removed then, or only said to be removable. */
  remove: boolean;
  settings: Readonly<Record<string, unknown>>;
}

/** Verified copies on this machine, of limited size. */
export interface ObjectCache {
  readonly dir: string;
  /**
   * A copy that stays until it is closed. `fetch` writes the object to the given new file if there is no copy; its hash
   * is checked here.
   */
  open(
    sha256: string,
    fetch: (file: string, signal: AbortSignal | undefined) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<OpenObject>;
}

/** What a store may use. */
export interface StoreReach {
  /** Name of the workspace. */
  workspace: string;
  /** The state folder of this process. */
  home: string;
  /**
   * @param place of the objects, for people
   * @param bytes at most, beside those that are open
   */
  cache(place: string, bytes: number): ObjectCache;
  /** Hash and size of a file. */
  measure(file: string, signal?: AbortSignal): Promise<StoredObject>;
  /** An environment variable of this process; undefined if it is not set. */
  secret(name: string): string | undefined;
}

/** One kind of object store, as listed in `src/objects/index.ts`. */
export interface ObjectStoreKind {
  name: string;
  summary: string;
  /** All keys that a store of this kind may have in the file. */
  keys: readonly string[];
  schema: ObjectsSchema;
  /** Names of the environment variables with its secrets. */
  variables: readonly string[];
  /** Whether roles with different state folders share it. */
  shared(spec: ObjectsSpec): boolean;
  /** Throws if its secrets are not set. Reaches nothing yet. */
  open(spec: ObjectsSpec, reach: StoreReach): Promise<ObjectStore>;
}

/** `objects` of the workspace file; its key `kind` distinguishes it from those of other kinds. */
type ObjectsSchema = z.ZodType<ObjectsSpec> & z.core.$ZodTypeDiscriminable;
