import type { ChildProcess } from 'node:child_process';
import { setSessionPriority } from '../../core/session-priority.mjs';
import type { ForkChallenger } from '../challenger/messages.ts';
import type { InferenceChild } from './child.ts';
import type { Word } from './messages.ts';

/** The processes of challengers, which a controller forks for its inference processes: see challengers.ts. */
export class ChallengerProcesses {
  readonly #fork: ForkChallenger;
  readonly #of = new Map<InferenceChild, Map<number, ChildProcess>>();

  constructor(fork: ForkChallenger) {
    this.#fork = fork;
  }

  hear(
    child: InferenceChild,
    folder: string,
    { number, act }: Extract<Word, { type: 'challenger' }>,
  ): void {
    const running = this.#of.get(child) ?? new Map<number, ChildProcess>();
    this.#of.set(child, running);
    if (act === 'start') this.#start(child, running, folder, number);
    else if (act === 'speed up') setSessionPriority(running.get(number)?.pid, 'usual');
    else running.get(number)?.kill('SIGKILL');
  }

  /** That inference process is gone. */
  drop(child: InferenceChild): void {
    for (const one of this.#of.get(child)?.values() ?? []) one.kill('SIGKILL');
    this.#of.delete(child);
  }

  #start(
    child: InferenceChild,
    running: Map<number, ChildProcess>,
    folder: string,
    number: number,
  ): void {
    const one = this.#fork({ folder, door: child.door, number });
    running.set(number, one);
    // Until it is loaded nobody waits for it, and starting a process takes as much as hundreds of predictions.
    setSessionPriority(one.pid, 'low');
    const ended = (how: string) => {
      if (running.delete(number)) child.send({ type: 'challenger-ended', number, how });
    };
    one.once('error', (error) => ended(error.message));
    one.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
  }
}
