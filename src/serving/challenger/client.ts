import { inWords } from '../../core/errors.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { LiveVersion } from '../../core/ports/serving.ts';
import type { Answers } from '../../core/task.ts';
import type { Rows } from '../doubt.ts';
import type { Asked, ChallengerProcess, Question, Reply, StartChallenger } from './messages.ts';

/** What a challenger made of a request; without answers if it threw, was late or is not there. */
export interface Attempt {
  answers?: Answers;
  /** Time in the model; undefined if it did not finish. */
  ms?: number;
}

interface ClientOptions {
  start: StartChallenger;
  live: LiveVersion;
  artifacts: Pick<Artifacts, 'read'>;
}

/** This many requests in a row without an answer in time: it hangs, and is asked no more. */
const LATE_IN_A_ROW = 5;
/** This many processes that ended by themselves, or did not load it. */
const DEATHS = 3;
/** More requests than this wait for a challenger that hangs or is slow: the next one is not sent. */
const MOST_WAITING = 256;
const RESTART_MS = 500;

/** A challenger in a process of its own. Nothing it does throws here. */
export class Challenger {
  readonly live: LiveVersion;
  readonly #options: ClientOptions;
  readonly #waiting = new Map<number, (attempt: Attempt) => void>();
  /** Sent in one message when what asks has gone on. */
  #asked: Asked[] = [];
  #child: ChallengerProcess | undefined;
  #number = 0;
  #lateInARow = 0;
  #deaths = 0;
  #restart: NodeJS.Timeout | undefined;
  #over = false;
  /** It is loaded and answered a row. */
  ready = false;
  /** Why it is asked no more, as a sentence. */
  broken: string | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.live = options.live;
    if (this.live.refused !== undefined) this.broken = this.live.refused;
    else this.#start();
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** What it answers within that time. Never throws. */
  ask({ columns, rows }: Rows, deadlineMs: number): Promise<Attempt> {
    if (!this.ready || this.#waiting.size >= MOST_WAITING) return Promise.resolve({});
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#late(number, deadlineMs), deadlineMs);
      this.#waiting.set(number, (attempt) => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        resolve(attempt);
      });
      if (this.#asked.length === 0) queueMicrotask(() => this.#sendAsked());
      this.#asked.push({ number, columns, rows });
    });
  }

  stop(): void {
    this.#over = true;
    this.#end();
  }

  #start(): void {
    const child = this.#options.start({
      reply: (reply) => {
        if (child === this.#child) this.#hear(reply);
      },
      ended: (how) => {
        if (child === this.#child) this.#died(`It ended its process ${DEATHS} times (${how}).`);
      },
    });
    this.#child = child;
  }

  #hear(reply: Reply): void {
    if (reply.type === 'up') void this.#load();
    else if (reply.type === 'loaded') this.#loaded();
    else if (reply.type === 'unloadable') this.#died(`It does not load: ${reply.message}`);
    else {
      this.#lateInARow = 0;
      const { ms } = reply;
      this.#waiting.get(reply.number)?.(
        reply.type === 'failed' ? { ms } : { answers: reply.answers, ms },
      );
    }
  }

  /** From now on it is timed, like the stable version beside it: also in shadow, where nobody waits. */
  #loaded(): void {
    this.#child?.speedUp();
    this.ready = true;
  }

  async #load(): Promise<void> {
    const child = this.#child;
    try {
      const bytes = await this.#options.artifacts.read(this.live.artifact);
      if (child === this.#child) this.#send({ type: 'load', live: this.live, bytes });
    } catch (cause) {
      if (child === this.#child) this.#died(`Its file cannot be read: ${inWords(cause)}`);
    }
  }

  #sendAsked(): void {
    const asked = this.#asked;
    this.#asked = [];
    this.#send({ type: 'score', asked });
  }

  #send(question: Question): void {
    this.#child?.send(question);
  }

  #late(number: number, deadlineMs: number): void {
    this.#waiting.get(number)?.({});
    this.#lateInARow += 1;
    if (this.#lateInARow < LATE_IN_A_ROW) return;
    const seconds = Number((deadlineMs / 1000).toFixed(1));
    this.#break(`It did not answer ${LATE_IN_A_ROW} requests in a row within ${seconds} s.`);
  }

  #died(why: string): void {
    this.#deaths += 1;
    this.#end();
    if (this.#deaths >= DEATHS) this.#break(why);
    else if (!this.#over) this.#restart = setTimeout(() => this.#start(), RESTART_MS);
  }

  #break(why: string): void {
    this.broken ??= why;
    this.#end();
  }

  /** Those who wait get the stable version's answer. Code inside onnxruntime cannot be asked to stop. */
  #end(): void {
    clearTimeout(this.#restart);
    const child = this.#child;
    this.#child = undefined;
    this.ready = false;
    child?.kill();
    for (const settle of [...this.#waiting.values()]) settle({});
  }
}
