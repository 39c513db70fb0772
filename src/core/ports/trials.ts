import type { ModelSpec, Window } from '../model.ts';
import type { Columns } from './programs.ts';

export interface TrialOrder {
  /** Its log is written there. */
  run: string;
  /** With the classes of the rows that are scored. */
  spec: ModelSpec;
  window: Window;
  /** The most that it is trained on: more are sampled. */
  rows: number;
  /** How long the programs may run, together. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Rows that the trained model answers. */
  asked: Columns;
}

/** Trains with the programs of a workspace to see what would come of it. Registers and keeps nothing but the log. */
export interface Trials {
  /**
   * Throws Refused if the programs do not end in time, what a training fails with, and the signal's reason.
   * @returns the answers, and how many rows it was trained on
   */
  train(order: TrialOrder): Promise<{ answers: Float64Array; rows: number }>;
}
