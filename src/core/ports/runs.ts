import type { EngineUse, Execution } from '../engine.ts';
import type { Json } from '../json.ts';
import type { ParameterValues, Window } from '../model.ts';
import type { Trigger } from '../retraining.ts';
import type { AuditDraft } from './audit.ts';

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
export const FINAL: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];

/** Slow work that people follow: a training, a comparison, logged requests sent through a version, or a probe. */
export interface Run {
  id: string;
  kind: 'train' | 'compare' | 'what-if' | 'probe';
  model: string;
  status: RunStatus;
  parameters: ParameterValues;
  window: Window;
  /** For a comparison: nobody chose the window; it is the days of the newest predictions. */
  newest?: boolean;
  /** For a comparison: champion and challenger; for a what-if: the version that is asked; none for a probe. */
  versions: number[];
  /** The environment that was named, if any. */
  environment?: string;
  /** For a probe: the alert that gets its result. */
  alert?: string;
  /** Set if the retraining policy started it, in the name of its owner. */
  trigger?: Trigger;
  /** The pipeline that it is part of. */
  pipeline?: string;
  requestedBy: string;
  /** For a training: the engine that it was asked to run on; undefined: the one of its model. */
  engine?: string;
  /** For a training: nothing is trained, but this version is taken from a server. */
  imports?: { from: 'mlflow'; reference: string };
  /** For a training: the last execution of its program. */
  execution?: Execution;
  /** The current step, and the progress (0 to 1). */
  stage: string;
  share: number;
  cancelRequestedBy?: string;
  /** The version it created. */
  version?: number;
  result?: Json;
  error?: string;
  /** Of a failed run: the trace of its last attempt, if traces are exported. */
  trace?: string;
  /** Reported while it ran: unusual, but no reason to stop. */
  warnings?: string[];
  attempts: number;
  createdAt: Date;
  startedAt?: Date;
  /** Last sign of life of the worker that runs it. */
  seenAt?: Date;
  finishedAt?: Date;
}

/** A run without what it found, which can be large. */
export type RunSummary = Omit<Run, 'result' | 'warnings' | 'execution'>;

export type RunDraft = Pick<
  Run,
  | 'id'
  | 'kind'
  | 'model'
  | 'parameters'
  | 'window'
  | 'newest'
  | 'versions'
  | 'environment'
  | 'alert'
  | 'trigger'
  | 'pipeline'
  | 'engine'
  | 'imports'
  | 'requestedBy'
>;

export interface Runs {
  /** The same ID returns the same run, unchanged. */
  create(draft: RunDraft): Promise<Run>;
  /** Throws NotFound. */
  get(id: string): Promise<Run>;
  list(filter: {
    model?: string;
    status?: RunStatus;
    requestedBy?: string;
    limit?: number;
  }): Promise<Run[]>;
  /** The same for long lists, newest first. */
  summaries(filter: { model?: string; status?: RunStatus; limit: number }): Promise<RunSummary[]>;
  /**
   * A worker starts it, and this counts as an attempt, unless the worker only adopts an execution that goes on. Undefined
   * if it is final already.
   */
  begin(id: string): Promise<Run | undefined>;
  /** Stores the progress; also a sign of life. Never changes a final run. */
  progress(id: string, stage: string, share: number): Promise<void>;
  /** Adds warnings that it does not have yet, also to a final run. */
  warn(id: string, warnings: readonly string[]): Promise<void>;
  /** Sets a final status once; undefined if it was final already. */
  finish(
    id: string,
    end: {
      status: 'succeeded' | 'failed' | 'cancelled';
      error?: string;
      trace?: string;
      version?: number;
      result?: Json;
    },
    /** Stored with the change. */
    event?: AuditDraft,
  ): Promise<Run | undefined>;
  /** Ends it as failed if no worker has begun it. @returns the run as it is now */
  unqueue(id: string, error: string): Promise<Run>;
  /**
   * Stores an execution that is about to start, unless one is open already, which is given then: a run has one at a time.
   * Undefined if the run is final.
   */
  execute(id: string, execution: Execution): Promise<Execution | undefined>;
  /** Stores the handle of an execution, also of a final run. @returns the run as it is now */
  started(id: string, execution: string, handle: Json): Promise<Run>;
  /** Stores what an execution used. Idempotent. */
  used(id: string, execution: string, use: EngineUse): Promise<void>;
  /** The execution is over, and nothing of it is left, here or on its engine. Idempotent. */
  ended(id: string, execution: string): Promise<void>;
  /** Final, with an execution that may go on, or of which something may be left. */
  unended(): Promise<Run[]>;
  /** Marks it for cancellation; the worker that runs it stops it. Undefined if it is final already. */
  requestCancel(id: string, by: string): Promise<Run | undefined>;
  /** Not final and without a sign of life since `before`. */
  silentSince(before: Date): Promise<Run[]>;
}
