import type { ChildProcess } from 'node:child_process';
import type { LiveVersion } from '../../core/ports/serving.ts';
import type { Answers } from '../../core/task.ts';
import type { Column } from '../feeds.ts';

/** Starts a process that runs `runChallenger`. */
export type ForkChallenger = () => ChildProcess;

export interface Asked {
  number: number;
  columns: readonly Column[];
  rows: number;
}

/** To the challenger's process. Requests are answered in any order, by their number. */
export type Question =
  | { type: 'load'; live: LiveVersion; bytes: Uint8Array }
  | { type: 'score'; asked: readonly Asked[] };

/** From the challenger's process. `ms`: time in the model. */
export type Reply =
  | { type: 'up' }
  | { type: 'loaded' }
  | { type: 'unloadable'; message: string }
  | { type: 'answers'; number: number; answers: Answers; ms: number }
  | { type: 'failed'; number: number; ms: number };
