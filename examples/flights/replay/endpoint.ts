import { setTimeout as sleep } from 'node:timers/promises';
import { oneLine } from '../program.ts';
import type { ModelName } from './models.ts';
import type { Flight } from './rows.ts';
import type { Settings } from './settings.ts';

const READY_POLL_MS = 1000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
const ANSWER_WITHIN_MS = 10_000;

const NUMBERS = ['hour', 'weekday', 'distance', 'recent_lateness'] as const;
const CATEGORIES = ['origin', 'destination'] as const;

/** A model behind the inference gateway (Open Inference Protocol, version 2). */
export class Endpoint {
  readonly #name: ModelName;
  readonly #model: string;
  readonly #stop: AbortSignal;
  readonly #headers: Record<string, string> = { 'content-type': 'application/json' };

  /** Every wait and request ends by throwing once `stop` is aborted. */
  constructor(name: ModelName, { url, token }: Pick<Settings, 'url' | 'token'>, stop: AbortSignal) {
    this.#name = name;
    this.#model = `${url}/v2/models/${name}`;
    if (token !== undefined) this.#headers['authorization'] = `Bearer ${token}`;
    this.#stop = stop;
  }

  /** Resolves once a version is live: nobody can be asked before, and nothing is wrong. */
  async ready(): Promise<void> {
    let told = false;
    while (!(await this.#isReady())) {
      if (!told) console.log(`waiting until a version of ${this.#name} is live`);
      told = true;
      await sleep(READY_POLL_MS, undefined, { signal: this.#stop });
    }
  }

  /** Asks for the predictions of flights, as many times as it takes. */
  async ask(flights: Flight[]): Promise<void> {
    const shape = [flights.length, 1];
    await this.#post('infer', {
      id: flights[0]?.id,
      parameters: {
        ids: flights.map(({ id }) => id),
        times: flights.map(({ time }) => time.toISOString()),
      },
      inputs: [
        ...NUMBERS.map((name) => column(name, shape, 'FP32', flights)),
        ...CATEGORIES.map((name) => column(name, shape, 'BYTES', flights)),
      ],
    });
  }

  /** Tells what became of flights, as many times as it takes. */
  async tell(flights: Flight[]): Promise<void> {
    await this.#post('labels', { labels: flights.map(({ id, label }) => ({ id, label })) });
  }

  async #isReady(): Promise<boolean> {
    try {
      const answer = await fetch(this.#model, { headers: this.#headers, signal: this.#deadline() });
      await answer.arrayBuffer();
      return answer.ok;
    } catch (error) {
      if (this.#stop.aborted) throw error;
      return false;
    }
  }

  /** A batch is never skipped: a hole in the traffic would look like drift. */
  async #post(path: string, body: object): Promise<void> {
    let pause = FIRST_RETRY_MS;
    for (let attempt = 1; ; attempt += 1) {
      const fault = await this.#attempt(path, JSON.stringify(body));
      if (fault === undefined) {
        if (attempt > 1)
          console.log(`sending to ${this.#name}/${path}: accepted at attempt ${attempt}`);
        return;
      }
      if (attempt === 1)
        console.log(`sending to ${this.#name}/${path}: ${fault}; trying again until accepted`);
      await sleep(pause, undefined, { signal: this.#stop });
      pause = Math.min(2 * pause, LONGEST_RETRY_MS);
    }
  }

  /** Resolves to what went wrong, or to undefined. */
  async #attempt(path: string, body: string): Promise<string | undefined> {
    try {
      const answer = await fetch(`${this.#model}/${path}`, {
        method: 'POST',
        headers: this.#headers,
        body,
        signal: this.#deadline(),
      });
      const text = await answer.text();
      return answer.ok ? undefined : `${answer.status} ${text.slice(0, 200)}`;
    } catch (error) {
      if (this.#stop.aborted) throw error;
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return oneLine(cause);
    }
  }

  #deadline(): AbortSignal {
    return AbortSignal.any([this.#stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  }
}

function column(
  name: (typeof NUMBERS)[number] | (typeof CATEGORIES)[number],
  shape: number[],
  datatype: 'FP32' | 'BYTES',
  flights: Flight[],
): object {
  return { name, shape, datatype, data: flights.map((flight) => flight[name]) };
}
