import type { z } from 'zod';
import type { EngineOrder, EngineSpec, EngineState, LogLine } from './engine.ts';
import type { Json } from './json.ts';
import type { SignedAccess } from './ports/objects.ts';
import type { ProgramOrder, RunFolders } from './ports/programs.ts';

/** What an engine may use. */
export interface EngineReach {
  runFolders: RunFolders;
  users: ProgramUsers;
  /** Of the object store; undefined if it has no addresses that other machines reach. */
  signed: SignedAccess | undefined;
  /** An environment variable of this process; undefined if it is not set. */
  secret(name: string): string | undefined;
  signal: AbortSignal;
}

/** Chooses as whom the programs on this machine run. */
export interface ProgramUsers {
  /** Undefined: as the worker's user. It is taken until it is released. */
  take(id: string, order: ProgramUserOrder): Promise<EngineUser | undefined>;
  release(id: string): void;
}
type ProgramUserOrder = Pick<ProgramOrder, 'argv' | 'folder' | 'runDir' | 'request'>;

/** `own`: no other program is that user, so all processes of it end with the program. */
export interface EngineUser {
  uid: number;
  gid: number;
  name: string;
  own: boolean;
}

/** One kind of engine, as listed in `src/training/engines/index.ts`. */
export interface EngineKind {
  name: string;
  summary: string;
  /** Its machines share no disk with the worker: data and artifacts travel through the object store. */
  isRemote: boolean;
  /** How often whoever follows an execution looks. */
  pollMs: number;
  /** All keys that an engine of this kind may have in the file, and those that a model may set for its trainings. */
  keys: readonly string[];
  jobKeys: readonly string[];
  schema: EngineSchema;
  /** Throws ZodError. The output keeps the names of the file. */
  readJob(raw: unknown): Readonly<Record<string, unknown>>;
  /** Names of the environment variables with its secrets: only the worker gets them. */
  variables(engine: EngineSpec): readonly string[];
  /**
   * Idempotent by `order.id`: what was started under it is adopted, running or ended.
   * @returns the handle, which is stored with the run
   * @throws Refused if the order can never run there; Unreachable if it may have been started
   */
  start(engine: EngineSpec, order: EngineOrder, reach: EngineReach): Promise<Json>;
  /** The handle of what was started under an ID; undefined if nothing was. */
  adopt(
    engine: EngineSpec,
    which: { run: string; id: string },
    reach: EngineReach,
  ): Promise<Json | undefined>;
  /** Looks at it, and tells an engine that needs to know that somebody does. Throws Unreachable if it cannot tell. */
  resume(engine: EngineSpec, handle: Json, reach: EngineReach): Promise<EngineState>;
  /** Ends it and everything that it started; returns when nothing runs any more. Idempotent. */
  cancel(engine: EngineSpec, handle: Json, reach: EngineReach): Promise<void>;
  /** The complete lines of its output so far, after a position; of one that is over, all lines. */
  logs(
    engine: EngineSpec,
    handle: Json,
    from: string | undefined,
    reach: EngineReach,
  ): AsyncIterable<LogLine>;
  /** The local folder with its files, where the engine shares the disk; undefined for a remote one. */
  filesOf(handle: Json, reach: EngineReach): string | undefined;
  /** Removes what the engine keeps of one that is over. Idempotent. */
  forget(engine: EngineSpec, handle: Json, reach: EngineReach): Promise<void>;
  /**
   * Whether it can be reached, for `doctor`; changes nothing.
   * @returns what answers, in words; undefined: there is nothing to reach
   * @throws what the other calls throw
   */
  look(
    engine: EngineSpec,
    reach: Pick<EngineReach, 'secret' | 'signal'>,
  ): Promise<string | undefined>;
}

/** One engine of the workspace file; its key `kind` distinguishes it from those of other kinds. */
type EngineSchema = z.ZodType<Omit<EngineSpec, 'name'>> & z.core.$ZodTypeDiscriminable;
