import type { ChildProcess } from 'node:child_process';
import type { LiveVersion } from '../../core/ports/serving.ts';
import type { Answers } from '../../core/task.ts';
import type { Column } from '../feeds.ts';

/** Starts a process that runs `runChallenger`, in that folder; it connects to the socket `door` and names its number. */
export type ForkChallenger = (at: { folder: string; door: string; number: number }) => ChildProcess;

/** The process of a challenger, as its client sees it. */
export interface ChallengerProcess {
  /** Lost if it has ended. */
  send(question: Question): void;
  /** From now on it has as much of the processors as others have; before, less. */
  speedUp(): void;
  /** At once: code inside onnxruntime cannot be asked to stop. */
  kill(): void;
}

export interface ChallengerEvents {
  reply(reply: Reply): void;
  /** `how`: by which signal or exit code, or why it could not be started. */
  ended(how: string): void;
}

export type StartChallenger = (events: ChallengerEvents) => ChallengerProcess;

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
  /** The first one: which process it is. */
  | { type: 'up'; number: number }
  | { type: 'loaded' }
  | { type: 'unloadable'; message: string }
  | { type: 'answers'; number: number; answers: Answers; ms: number }
  | { type: 'failed'; number: number; ms: number };
