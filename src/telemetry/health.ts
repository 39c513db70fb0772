import { type Clock, systemClock } from '../core/clock.ts';
import { inWords } from '../core/errors.ts';
import { oneLine } from '../core/one-line.ts';
import type { Part } from '../core/ports/health.ts';

/** Probes of several callers within this time get the same answer. */
const FRESH_MS = 1000;
/** Shorter than the time-out of a probe, so that the reason gets through. */
const PART_MS = 2000;

interface PartState {
  name: string;
  ok: boolean;
  required: boolean;
  /** Why it does not work, as a sentence. */
  why?: string;
  /** What else there is to say while it works. */
  note?: string;
}

export interface Readiness {
  ready: boolean;
  parts: PartState[];
}

/** Asks the parts of a process, each in its own time: one that hangs does not hide the others. */
export class Health {
  readonly #parts: Part[] = [];
  readonly #clock: Clock;
  #last: { at: number; state: Promise<Readiness> } | undefined;
  /** Why it is not ready, whatever its parts say. */
  #phase: string | undefined = 'it is starting';

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  add(...parts: Part[]): void {
    this.#parts.push(...parts);
    this.#last = undefined;
  }

  started(): void {
    this.#phase = undefined;
    this.#last = undefined;
  }

  /** From now on it is not ready, so that nothing new is sent here while it ends what it has begun. */
  stopping(): void {
    this.#phase = 'it is stopping';
    this.#last = undefined;
  }

  look(): Promise<Readiness> {
    const now = this.#clock.now().getTime();
    if (this.#last && Math.abs(now - this.#last.at) < FRESH_MS) return this.#last.state;
    const state = this.#ask();
    this.#last = { at: now, state };
    return state;
  }

  async #ask(): Promise<Readiness> {
    const phase = this.#phase;
    const process: PartState = {
      ...{ name: 'process', ok: phase === undefined, required: true },
      ...(phase !== undefined && { why: phase }),
    };
    const parts = [process, ...(await Promise.all(this.#parts.map(stateOf)))];
    return { ready: parts.every(({ ok, required }) => ok || !required), parts };
  }
}

async function stateOf({ name, required = true, check, note }: Part): Promise<PartState> {
  try {
    await within(PART_MS, check());
    const said = await within(PART_MS, note?.() ?? Promise.resolve(undefined));
    return { name, ok: true, required, ...(said !== undefined && { note: said }) };
  } catch (error) {
    return { name, ok: false, required, why: oneLine(inWords(error)).slice(0, 300) };
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`It did not answer within ${ms / 1000} s.`)),
      ms,
    );
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
