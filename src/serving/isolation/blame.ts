import type { Fault } from '../../core/ports/quarantines.ts';
import { type Doing, IDLE, LOADING, type Seen } from './register.ts';

/** Reading a file and making a session of it takes longer the larger it is: bytes a second, at least. */
const LOADED_A_SECOND = 5_000_000;
/** Twice the deadline for so many rows, the most that a request has unless set otherwise. */
const ROWS_FOR_TWICE = 1024;
const STRIKES = 2;
const STRIKES_WITHIN_MS = 5 * 60_000;
/** What a process gets from the kernel or from itself for what it did. Others come from outside. */
const CRASHES = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']);

/** What a version did, by the number that the controller gave it. */
export interface Blame {
  slot: number;
  fault: Fault;
  words: string;
}

/** How long a process may be at the same thing without a sign of life. Milliseconds. */
export function patience({ phase, amount }: Doing, deadlineMs: number): number {
  if (phase === LOADING) return deadlineMs + (amount / LOADED_A_SECOND) * 1000;
  return deadlineMs * (1 + Math.min(1, amount / ROWS_FOR_TWICE));
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

/** How a process ended. */
interface Death {
  seen: Seen;
  /** `entered` says whether the process was inside of the version or had left it. */
  careful: boolean;
  /** A signal, or words on its exit code. */
  how: string;
  /** The kernel ended some process to free memory at that time. */
  outOfMemory: boolean;
}

/**
 * Who is to blame that a process ended: the version that was loading or answering at that very moment, when it
 * happens a second time, and only where the process was not ended from outside. What a process writes down
 * at first does not tell whether it had left a version again, so the first death makes the others careful.
 */
export class Deaths {
  readonly #now: () => number;
  #all: { slot: number; at: number }[] = [];
  #carefulUntil = 0;

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether processes should write down each time that they enter or leave a version. */
  get careful(): boolean {
    return this.#now() < this.#carefulUntil;
  }

  add({ seen: { entered, now }, careful, how, outOfMemory }: Death): Blame | undefined {
    const at = this.#now();
    const crashed = CRASHES.has(how) || (how === 'SIGKILL' && outOfMemory);
    if (crashed) this.#carefulUntil = at + STRIKES_WITHIN_MS;
    const { slot, phase } = entered;
    const inside = careful || phase === LOADING || (now.phase === phase && now.slot === slot);
    const suspect = crashed && phase !== IDLE && inside ? slot : 0;
    this.#all = this.#all.filter((death) => at - death.at < STRIKES_WITHIN_MS);
    this.#all.push({ slot: suspect, at });
    if (suspect === 0) return undefined;
    if (this.#all.filter((death) => death.slot === suspect).length < STRIKES) return undefined;
    const what = phase === LOADING ? 'loaded' : 'ran';
    const words = `It ended the process that ${what} it (${how}), ${STRIKES} times within ${STRIKES_WITHIN_MS / 60_000} minutes.`;
    return { slot, fault: 'crashed', words };
  }

  /** Before the next start, so that what dies at once does not keep the machine busy. Milliseconds. */
  pause(): number {
    const recent = this.#all.filter((death) => this.#now() - death.at < 30_000).length;
    return recent < 3 ? 0 : Math.min(10_000, 250 * 2 ** recent);
  }
}
