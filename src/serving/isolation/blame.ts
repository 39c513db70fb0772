import type { Fault } from '../../core/ports/quarantines.ts';
import { type Doing, IDLE, LOADING, type Seen } from './register.ts';

/** Loading takes longer for larger files: minimum speed in bytes per second. */
const LOADED_A_SECOND = 5_000_000;
/** Twice the deadline for this many rows, the default maximum of a request. */
const ROWS_FOR_TWICE = 1024;
const STRIKES = 2;
const STRIKES_WITHIN_MS = 5 * 60_000;
/** Signals that a process gets from the kernel or itself for what it did. Others come from outside. */
const CRASHES = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']);

/** What a version did, by the controller's number for it. */
export interface Blame {
  slot: number;
  fault: Fault;
  words: string;
}

/** How long a process may do the same thing without a sign of life. Milliseconds. */
export function patience({ phase, amount }: Doing, deadlineMs: number): number {
  if (phase === LOADING) return deadlineMs + (amount / LOADED_A_SECOND) * 1000;
  return deadlineMs * (1 + Math.min(1, amount / ROWS_FOR_TWICE));
}

/** Which version is to blame for a silent process: none if it is not inside a model. */
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
  /** `entered` tells whether the process was inside the version or had left it. */
  careful: boolean;
  /** A signal, or a description of its exit code. */
  how: string;
  /** The kernel killed some process to free memory at that time. */
  outOfMemory: boolean;
}

/**
 * Which version is to blame for a process that ended: the one that was loading or answering at that moment, if
 * it happens a second time, and only if the process was not killed from outside. Initially a process does not
 * record when it leaves a version, so the first crash makes it record this.
 */
export class Deaths {
  readonly #now: () => number;
  #all: { slot: number; at: number }[] = [];
  #carefulUntil = 0;

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether processes should record each time they enter or leave a version. */
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

  /**
   * Delay before the next start, so that a process that dies at once does not keep the machine busy.
   * Milliseconds.
   */
  pause(): number {
    const recent = this.#all.filter((death) => this.#now() - death.at < 30_000).length;
    return recent < 3 ? 0 : Math.min(10_000, 250 * 2 ** recent);
  }
}
