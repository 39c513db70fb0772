import type { ChildProcess } from 'node:child_process';
import type { FeatureColumn } from '../../core/feature-columns.ts';
import type { FeatureSchema } from '../../core/model.ts';
import type { Classes } from '../../core/task.ts';
import type { Column } from '../feeds.ts';

/** Starts a process that runs `runScoring`. */
export type ForkScoring = () => ChildProcess;

/** To the scoring process; each is answered once. */
export type Batch =
  | {
      type: 'load';
      bytes: Uint8Array;
      name: string;
      features: FeatureSchema;
      task: string;
      classes: Classes;
    }
  | { type: 'score'; columns: readonly (Column | FeatureColumn)[]; rows: number }
  /** The same rows one by one, at most for `budgetMs`. */
  | { type: 'time'; columns: readonly Column[]; rows: number; budgetMs: number };

export type Scored =
  | { type: 'up' }
  | { type: 'loaded' }
  | { type: 'answers'; answers: Float64Array }
  | { type: 'times'; ms: Float64Array }
  /** onnxruntime's error, or why the file does not match. */
  | { type: 'failed'; message: string; next?: string };
