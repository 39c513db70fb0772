import type { Fault } from '../../core/ports/quarantines.ts';
import { type Doing, IDLE, LOADING } from './register.ts';

/** Reading a file and making a session of it takes longer the larger it is: bytes a second, at least. */
const LOADED_A_SECOND = 5_000_000;
/** Twice by chance is rare, and whoever ends our processes by hand does it once. */
const STRIKES = 2;
const STRIKES_WITHIN_MS = 5 * 60_000;

/** What a version did, by the number that the controller gave it. */
export interface Blame {
  slot: number;
  fault: Fault;
  words: string;
}

/** How long a process may be silent while it is at that. Milliseconds. */
export function patience({ phase, bytes }: Doing, deadlineMs: number): number {
  return phase === LOADING ? deadlineMs + (bytes / LOADED_A_SECOND) * 1000 : deadlineMs;
}

/** Who is to blame that a process is silent: nobody where it is not inside of a model. */
export function blameForSilence(now: Doing, silentMs: number): Blame | undefined {
  if (now.phase === IDLE) return undefined;
  const seconds = Math.round(silentMs / 1000);
  const words =
    now.phase === LOADING
      ? `It did not finish loading within ${seconds} s.`
      : `It did not answer a request within ${seconds} s.`;
  return { slot: now.slot, fault: 'hung', words };
}

/**
 * Who is to blame that a process ended. What it entered last is suspect whether it had left that or not,
 * so that for answering it takes two ends; loading is written down to its end.
 */
export class Deaths {
  readonly #now: () => number;
  #all: { slot: number; at: number }[] = [];

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add({ slot, phase }: Doing, how: string): Blame | undefined {
    const at = this.#now();
    this.#all = this.#all.filter((death) => at - death.at < STRIKES_WITHIN_MS);
    this.#all.push({ slot: phase === IDLE ? 0 : slot, at });
    if (phase === IDLE) return undefined;
    if (phase === LOADING)
      return { slot, fault: 'crashed', words: `It ended the process that loaded it (${how}).` };
    if (this.#all.filter((death) => death.slot === slot).length < STRIKES) return undefined;
    const words = `It ended the process that ran it (${how}), ${STRIKES} times within ${STRIKES_WITHIN_MS / 60_000} minutes.`;
    return { slot, fault: 'crashed', words };
  }

  /** Before the next start, so that what dies at once does not keep the machine busy. Milliseconds. */
  pause(): number {
    const recent = this.#all.filter((death) => this.#now() - death.at < 30_000).length;
    return recent < 3 ? 0 : Math.min(10_000, 250 * 2 ** recent);
  }
}
