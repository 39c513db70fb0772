import type { ChildProcess } from 'node:child_process';
import type { FeatureSchema } from '../../core/model.ts';
import type { Classes } from '../../core/task.ts';
import type { Column } from '../feeds.ts';

/** Starts a process that runs `runScoring`. */
export type ForkScoring = () => ChildProcess;

/** To the process that scores; each is answered once. */
export type Batch =
  | {
      type: 'load';
      bytes: Uint8Array;
      name: string;
      features: FeatureSchema;
      task: string;
      classes: Classes;
    }
  | { type: 'score'; columns: readonly Column[]; rows: number };

export type Scored =
  | { type: 'up' }
  | { type: 'loaded' }
  | { type: 'answers'; answers: Float64Array }
  /** What onnxruntime said, or why the file does not fit. */
  | { type: 'failed'; message: string; next?: string };
