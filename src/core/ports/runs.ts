import type { Json } from '../json.ts';
import type { ParameterValues, Window } from '../model.ts';

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
export const FINAL: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];

/** A piece of slow work that people follow: a training or a comparison. */
export interface Run {
  id: string;
  kind: 'train' | 'compare';
  model: string;
  status: RunStatus;
  parameters: ParameterValues;
  window: Window;
  /** For a comparison: champion and challenger. */
  versions: number[];
  /** For a comparison: the environment that it was asked about, where somebody named one. */
  environment?: string;
  requestedBy: string;
  /** What it is doing, and how far it is (0 to 1). */
  stage: string;
  share: number;
  cancelRequestedBy?: string;
  /** The version it made. */
  version?: number;
  result?: Json;
  error?: string;
  /** Said while it ran: odd, and no reason to stop. */
  warnings?: string[];
  attempts: number;
  createdAt: Date;
  startedAt?: Date;
  /** Last sign of life of the worker that has it. */
  seenAt?: Date;
  finishedAt?: Date;
}

export type RunDraft = Pick<
  Run,
  'id' | 'kind' | 'model' | 'parameters' | 'window' | 'versions' | 'environment' | 'requestedBy'
>;

export interface Runs {
  /** The same id gives the same run again, untouched. */
  create(draft: RunDraft): Promise<Run>;
  /** Throws NotFound. */
  get(id: string): Promise<Run>;
  list(filter: {
    model?: string;
    status?: RunStatus;
    requestedBy?: string;
    limit?: number;
  }): Promise<Run[]>;
  /** A worker takes it up: counts the attempt. Undefined when it is final already. */
  begin(id: string): Promise<Run | undefined>;
  /** Says how far it is; also a sign of life. Never moves a final run. */
  progress(id: string, stage: string, share: number): Promise<void>;
  /** Adds warnings that it does not have yet, also to a final run. */
  warn(id: string, warnings: readonly string[]): Promise<void>;
  /** Moves it to a final status once; undefined when it was final already. */
  finish(
    id: string,
    end: {
      status: 'succeeded' | 'failed' | 'cancelled';
      error?: string;
      version?: number;
      result?: Json;
    },
  ): Promise<Run | undefined>;
  /** Marks it; the worker that has it stops it. Undefined when it is final already. */
  requestCancel(id: string, by: string): Promise<Run | undefined>;
  /** Not final and without a sign of life since `before`. */
  silentSince(before: Date): Promise<Run[]>;
}
