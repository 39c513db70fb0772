import type { EngineOrder, EngineSpec, Execution } from '../engine.ts';
import type { Json } from '../json.ts';
import type { ProgramResult } from './programs.ts';

/** Where training programs run, by the plug-ins of the engines. */
export interface Engines {
  list(): readonly EngineSpec[];
  /** Throws NotFound with the closest name. */
  get(name: string): EngineSpec;
  /** The handle. Idempotent by the order's ID: see `EngineKind.start`. */
  start(engine: string, order: EngineOrder, signal: AbortSignal): Promise<Json>;
  /**
   * Follows an execution to its end, and gives what it handed over, in files on this machine. If the signal ends it,
   * the execution is ended too, unless it was handed over to another worker.
   * @throws ProgramFailed; ExecutionLost if it may be started again; the signal's reason
   */
  follow(
    execution: Execution,
    watcher: Watcher,
  ): Promise<{ result: ProgramResult; use: Execution['use'] }>;
  /** Ends it, and everything that it started. Idempotent; does nothing if it was never started. */
  cancel(run: string, execution: Execution): Promise<void>;
  /** Removes what its engine keeps of one that is over, and its files here. Idempotent. */
  forget(run: string, execution: Execution): Promise<void>;
}

/** Who follows an execution. */
export interface Watcher {
  run: string;
  model: string;
  argv: readonly string[];
  timeoutMs: number;
  signal: AbortSignal;
  onProgress(share: number, message: string): void;
  /** It waits on its engine; as far as known, for this reason. */
  onQueued(why: string | undefined): void;
  /** It failed, was stopped or lost; before that is thrown. */
  onEnd(use: Execution['use']): Promise<void>;
}
