import { Refused, Unreachable } from '../../core/errors.ts';
import { rowsOf } from '../../core/feature-columns.ts';
import type { ModelSpec } from '../../core/model.ts';
import type { Columns, OpenModel, Questions, Timing } from '../../core/ports/programs.ts';
import type { Column } from '../feeds.ts';
import { Ended, Late, ScoringProcess } from './ask.ts';
import type { ForkScoring } from './messages.ts';

export interface OpenOrder {
  bytes: Uint8Array;
  spec: Pick<ModelSpec, 'features' | 'task' | 'classes'>;
  /** Name of the version in errors, e.g. `flights v3`. */
  name: string;
  signal: AbortSignal;
  /** For a batch of rows, or for loading the file. */
  deadlineMs?: number;
  /**
   * A quick model gets up to this many rows at once. Default: always 1,024, so that a model whose answers depend on how
   * many rows it is given together answers the same on every machine.
   */
  mostRows?: number;
}

/** A model in a process of its own, which can also time its rows. */
export interface ModelApart extends OpenModel {
  /** How long it took to load, and takes for some of these rows one by one. */
  time(columns: Columns): Promise<Timing>;
}

const FIRST_ROWS = 1024;
/** Twice the rows of a batch that took this part of its deadline are far from missing theirs. */
const MARGIN = 64;
const DEADLINE_MS = 60_000;
/** Enough for a 99th percentile; a slow model is timed with fewer. */
const TIMED_ROWS = 300;
const TIMING_MS = 5000;

/**
 * Loads a model in a process of its own, which is killed if it is late, if it fails, if the signal aborts, or when it
 * is closed. Throws Refused if it is late: a retry would be too.
 */
export async function openApart(
  fork: ForkScoring,
  { bytes, spec, name, signal, deadlineMs = DEADLINE_MS, mostRows = FIRST_ROWS }: OpenOrder,
): Promise<ModelApart> {
  signal.throwIfAborted();
  const { features, task, classes = [] } = spec;
  const width = task.answer.width(classes);
  const scoring = new ScoringProcess(fork, signal);
  let state: 'free' | 'busy' | 'closed' = 'free';
  const close = (): void => {
    state = 'closed';
    scoring.kill();
  };
  /** One question at a time; after one that fails the process is not asked again. */
  const asking = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    if (state !== 'free') throw new Error(`${name} was asked while it was ${state}`);
    state = 'busy';
    try {
      const result = await work();
      // Closed in the meantime: it stays closed.
      if (state === 'busy') state = 'free';
      return result;
    } catch (cause) {
      close();
      signal.throwIfAborted();
      throw explained(cause, name);
    }
  };
  let batchRows = FIRST_ROWS;

  const loadMs = await asking(async () => {
    await scoring.up();
    const batch = { type: 'load', bytes, name, features, task: task.name, classes } as const;
    const began = performance.now();
    await scoring.ask({ batch, what: 'load', deadlineMs });
    return performance.now() - began;
  });
  return {
    close,
    score: ({ rows: total, features: asked }) =>
      asking(async () => {
        const inputs = Object.keys(features).map((feature) => asked[feature] ?? []);
        const answers = new Float64Array(total * width);
        for (let from = 0; from < total; ) {
          const rows = Math.min(batchRows, total - from);
          const batch = inputs.map((column) => partOf(column, from, from + rows));
          const what = `answer ${rows.toLocaleString('en-GB')} rows`;
          const order = { type: 'score', columns: batch, rows } as const;
          const began = performance.now();
          const answer = await scoring.ask({ batch: order, what, deadlineMs });
          if (answer.type !== 'answers') throw new Error(`${name} gave no answers`);
          answers.set(answer.answers, from * width);
          from += rows;
          // Sending a batch costs as much as answering it, for a small model.
          const isQuick = performance.now() - began < deadlineMs / MARGIN;
          batchRows = isQuick ? Math.min(mostRows, batchRows * 2) : FIRST_ROWS;
        }
        return answers;
      }),
    time: (columns) =>
      asking(async () => {
        const rows = Math.min(TIMED_ROWS, columns.labels.length);
        const batch = Object.keys(features).map((feature) =>
          (columns.features[feature] ?? []).slice(0, rows),
        );
        const order = { type: 'time', columns: batch, rows, budgetMs: TIMING_MS } as const;
        const timed = await scoring.ask({ batch: order, what: 'answer single rows', deadlineMs });
        if (timed.type !== 'times') throw new Error(`${name} gave no times`);
        return { load: loadMs, rows: timed.ms };
      }),
  };
}

/** A list of values that is longer than the part costs more to send than the values of its rows. */
function partOf(column: Questions['features'][string], from: number, to: number) {
  if (isColumn(column)) return column.slice(from, to);
  if (!('codes' in column) || column.values.length <= to - from) return rowsOf(column, from, to);
  return Array.from(column.codes.subarray(from, to), (code) => column.values[code] ?? null);
}

const isColumn = (column: Questions['features'][string]): column is Column => Array.isArray(column);

function explained(cause: unknown, name: string): unknown {
  if (cause instanceof Late)
    return new Refused(`${name} did not ${cause.what} within ${cause.seconds} s.`, {
      next: 'Look for a loop in the model that may never end, or make it smaller.',
      cause,
    });
  if (cause instanceof Ended)
    return new Unreachable(`scoring with ${name}: ${cause.message}`, { cause });
  return cause;
}
