import type { z } from 'zod';
import type { DataSource, Offer } from './data.ts';
import type { ModelSpec } from './model.ts';
import type { HookCalls } from './ports/hook-calls.ts';
import type { Programs, RunFolders } from './ports/programs.ts';

/** What a source may use while it looks. */
export interface Looking {
  model: ModelSpec;
  source: string;
  /** The state folder, in which a path may begin. */
  home: string;
  programs: Programs;
  runFolders: RunFolders;
  /** What signed calls brought. */
  hookCalls: HookCalls;
  /** An environment variable of this process; undefined if it is not set. */
  secret(variable: string): string | undefined;
  now(): Date;
  signal: AbortSignal;
}

/** What a source is examined with. */
export type Examining = Pick<Looking, 'model' | 'source' | 'secret' | 'signal'>;

/** One kind of source, as listed in `src/data/sources/index.ts`. */
export interface SourceKind {
  name: string;
  summary: string;
  /** All keys that a source of this kind may have in the file. */
  keys: readonly string[];
  schema: SourceSchema;
  /** The environment variables with the secrets that it looks with. */
  variables(source: DataSource): readonly string[];
  /**
   * What can be read, for `doctor`: looks, and takes nothing. Throws if it cannot. Undefined if only the worker can
   * tell.
   */
  examine(source: DataSource, by: Examining): Promise<string | undefined>;
  /**
   * Everything that is there, also what was there before: telling new data from known data is not its task.
   * Throws if it could not look; never an empty list instead.
   */
  look(source: DataSource, looking: Looking): Promise<Offer>;
}

/** One source of the workspace file; its key `kind` distinguishes it from those of other kinds. */
type SourceSchema = z.ZodType<Omit<DataSource, 'name'>> & z.core.$ZodTypeDiscriminable;
