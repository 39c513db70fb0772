import { latencyBin } from '../../core/latency.ts';
import { numbersIn } from '../../core/ports/predictions.ts';
import { answerBin, type Tally } from '../../core/rollout.ts';
import type { AnswerSpec, Answers, Classes } from '../../core/task.ts';

/** More values of features than this are not told apart from one time to the next. */
const MOST_SLICES = 200;

export type Arm = 'stable' | 'challenger';

class ArmCounter {
  requests = 0;
  failures = 0;
  readonly times = new Map<number, number>();
  readonly answers = new Map<number, number>();

  get tally(): Tally[Arm] {
    const { requests, failures } = this;
    return { requests, failures, times: [...this.times], answers: [...this.answers] };
  }
}

const add = <K>(counts: Map<K, number>, key: K, by: number) =>
  void counts.set(key, (counts.get(key) ?? 0) + by);

/** How answers are counted: what they consist of. */
interface Counted {
  answer: AnswerSpec;
  classes: Classes;
}

/** Counts what both versions of a rollout do, until somebody takes it. */
export class RolloutCounter {
  readonly #kind: ReturnType<typeof numbersIn>;
  readonly #width: number;
  #arms = { stable: new ArmCounter(), challenger: new ArmCounter() };
  #shadow = { requests: 0, flipped: 0, dropped: 0 };
  #slices = new Map<string, { rows: number; flipped: number }>();

  constructor({ answer, classes }: Counted) {
    this.#kind = numbersIn(answer);
    this.#width = answer.width(classes);
  }

  failed(arm: Arm): void {
    this.#arms[arm].requests += 1;
    this.#arms[arm].failures += 1;
  }

  /** A request counts as one answer, whatever its rows. `ms`: time in the model. */
  answered(arm: Arm, answers: Answers, rows: number, ms: number): void {
    const counter = this.#arms[arm];
    counter.requests += 1;
    add(counter.times, latencyBin(ms), 1);
    if (this.#kind === undefined) return;
    for (let row = 0; row < rows; row += 1) {
      const from = row * this.#width;
      const numbers = Array.from(
        { length: this.#width },
        (_, at) => answers[from + at] ?? Number.NaN,
      );
      if (numbers.every(Number.isFinite))
        add(counter.answers, answerBin(this.#kind, numbers), 1 / rows);
    }
  }

  dropped(): void {
    this.#shadow.dropped += 1;
  }

  /** Both versions answered the same rows; `slices`: the values of each row's categories, by name. */
  compared(flips: readonly boolean[], slices: (row: number) => readonly string[]): void {
    this.#shadow.requests += 1;
    this.#shadow.flipped += flips.filter(Boolean).length / Math.max(1, flips.length);
    for (const [row, isFlipped] of flips.entries())
      for (const name of slices(row)) {
        const known = this.#slices.get(name);
        if (!known && this.#slices.size >= MOST_SLICES) continue;
        const slice = known ?? { rows: 0, flipped: 0 };
        this.#slices.set(name, slice);
        slice.rows += 1;
        if (isFlipped) slice.flipped += 1;
      }
  }

  /** All that was counted since the last time. */
  take(): Tally {
    const { stable, challenger } = this.#arms;
    const slices = [...this.#slices].map(([name, counts]) => ({ name, ...counts }));
    const taken = {
      ...{ stable: stable.tally, challenger: challenger.tally },
      shadow: { ...this.#shadow, slices },
    };
    this.#arms = { stable: new ArmCounter(), challenger: new ArmCounter() };
    this.#shadow = { requests: 0, flipped: 0, dropped: 0 };
    this.#slices = new Map();
    return taken;
  }
}
