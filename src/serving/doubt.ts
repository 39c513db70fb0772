import type { LiveVersion } from '../core/ports/serving.ts';
import type { Answers } from '../core/task.ts';
import type { Column } from './feeds.ts';
import type { ServedModel } from './model.ts';

/** Rows in the order of the schema: each of `columns` has `rows` values. */
export interface Rows {
  columns: readonly Column[];
  rows: number;
}

/** After this many requests in a row without a usable answer, a version is tested. */
const STRIKES = 5;
/** A passed test is not repeated sooner, so that nobody can keep a version busy with tests. */
const REST_MS = 5000;

/** How a version has answered since it was loaded. */
export class ModelHealth {
  readonly #now: () => number;
  #strikes = 0;
  #restUntil = 0;
  /** The first rows that it gave a usable answer to. */
  witness: Rows | undefined;

  /** `now`: milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Called for every request. */
  isFine(served: ServedModel, answers: Answers, request: Rows): boolean {
    if (!served.anyUsable(answers, request.rows)) return false;
    this.#strikes = 0;
    this.witness ??= request;
    return true;
  }

  /** One more request without a usable answer; true if the version must be tested now. */
  strike(): boolean {
    this.#strikes += 1;
    if (this.#strikes < STRIKES || this.#now() < this.#restUntil) return false;
    this.#strikes = 0;
    this.#restUntil = this.#now() + REST_MS;
    return true;
  }
}

interface Trial {
  served: ServedModel;
  live: LiveVersion;
  witness: Rows | undefined;
  /** The version that would answer instead; undefined if there is none. */
  before: ServedModel | undefined;
}

/**
 * Whether a version gives no usable answers at all. Requests only raise the suspicion; the test uses rows that
 * no caller can choose, so that hostile rows cannot take a healthy version out of service. A version is fine if
 * it still answers rows that it answered before, or any of its control rows; and if the previous version does
 * not answer those either, the rows or the machine are the cause.
 */
export async function isBroken({ served, live, witness, before }: Trial): Promise<boolean> {
  const controls = controlRows(live);
  if (witness && (await answersAny(served, witness))) return false;
  if (await answersAny(served, controls)) return false;
  return before === undefined || (await answersAny(before, controls));
}

/** Rows like those in its training data; if they are not known, one row of zeros and empty categories. */
function controlRows({ features, typical }: LiveVersion): Rows {
  const names = Object.keys(features);
  const columns = names.map((name) => typical?.[name] ?? []);
  const rows = Math.min(...columns.map((column) => column.length));
  if (rows > 0 && Number.isFinite(rows))
    return { columns: columns.map((column) => column.slice(0, rows)), rows };
  return { columns: Object.values(features).map((kind) => [kind === 'number' ? 0 : '']), rows: 1 };
}

async function answersAny(served: ServedModel, { columns, rows }: Rows): Promise<boolean> {
  try {
    return served.anyUsable(await served.answer(columns, rows), rows);
  } catch {
    return false;
  }
}
