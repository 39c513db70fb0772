import { setTimeout as sleep } from 'node:timers/promises';
import { type Cursor, isAfter, positionOf } from './cursor.ts';
import type { Endpoint } from './endpoint.ts';
import { DAY, type Flight } from './rows.ts';
import type { Settings } from './settings.ts';

const BATCH_ROWS = 20;
const LABEL_ROWS = 200;
/** A flight's outcome reaches the data team's table about a day later. */
const LABEL_DELAY = DAY;

/**
 * Sends flights in the order of time, and the label of each when the replay is a day past it.
 * The cursor moves only after the endpoint has accepted: after a crash the last batch may come
 * twice, with the same row ids, and none is missing.
 */
export class Replay {
  readonly #endpoint: Endpoint;
  readonly #settings: Pick<Settings, 'daysPerSecond'>;
  readonly #cursor: Cursor;
  readonly #stop: AbortSignal;
  #unlabelled: Flight[] = [];
  #sentUpTo: number | undefined;
  #nextBatchAt = 0;

  constructor(
    endpoint: Endpoint,
    settings: Pick<Settings, 'daysPerSecond'>,
    cursor: Cursor,
    stop: AbortSignal,
  ) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#cursor = cursor;
    this.#stop = stop;
  }

  /** Resolves when every flight is sent and labelled; throws once stopped. */
  async send(flights: AsyncIterable<Flight>): Promise<void> {
    let batch: Flight[] = [];
    for await (const flight of flights) {
      if (isAfter(flight, this.#cursor.position.asked)) batch.push(flight);
      else if (isAfter(flight, this.#cursor.position.labelled)) this.#unlabelled.push(flight);
      if (batch.length < BATCH_ROWS) continue;
      await this.#ask(batch);
      batch = [];
    }
    if (batch.length > 0) await this.#ask(batch);
    await this.#label(Number.POSITIVE_INFINITY);
  }

  async #ask(batch: Flight[]): Promise<void> {
    const last = batch.at(-1);
    if (!last) return;
    const now = last.time.getTime();
    await this.#keepPace(now);
    await this.#label(now - LABEL_DELAY);
    await this.#endpoint.ask(batch);
    this.#unlabelled.push(...batch);
    await this.#moveTo({ asked: positionOf(last) });
  }

  async #label(upTo: number): Promise<void> {
    const due = this.#unlabelled.findIndex(({ time }) => time.getTime() > upTo);
    const ripe = this.#unlabelled.splice(0, due < 0 ? this.#unlabelled.length : due);
    for (let start = 0; start < ripe.length; start += LABEL_ROWS) {
      const part = ripe.slice(start, start + LABEL_ROWS);
      const last = part.at(-1);
      await this.#endpoint.tell(part);
      if (last) await this.#moveTo({ labelled: positionOf(last) });
    }
  }

  async #moveTo(position: Cursor['position']): Promise<void> {
    await this.#cursor.move(position);
    this.#stop.throwIfAborted();
  }

  /** Waits as long as the replayed time since the last batch takes; lost time is not caught up. */
  async #keepPace(upTo: number): Promise<void> {
    const replayed = (upTo - (this.#sentUpTo ?? upTo)) / DAY;
    this.#sentUpTo = upTo;
    const now = performance.now();
    this.#nextBatchAt = Math.max(
      now,
      this.#nextBatchAt + (replayed / this.#settings.daysPerSecond) * 1000,
    );
    await sleep(this.#nextBatchAt - now, undefined, { signal: this.#stop });
  }
}
