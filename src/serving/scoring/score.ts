import { Refused, Unreachable } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/model.ts';
import type { Columns, ScoringOrder } from '../../core/ports/programs.ts';
import { Ended, Late, ScoringProcess } from './ask.ts';
import type { ForkScoring } from './messages.ts';

interface Order extends ScoringOrder {
  bytes: Uint8Array;
  columns: Columns;
  spec: Pick<ModelSpec, 'features' | 'task' | 'classes'>;
  /** For this many rows, or for loading the file. */
  deadlineMs?: number;
}

const BATCH = 1024;
const DEADLINE_MS = 60_000;
/** Enough for a 99th percentile; a slow model is timed with fewer. */
const TIMED_ROWS = 300;
const TIMING_MS = 5000;

/**
 * The model's answers to all rows, in a process that is killed if it is late or the signal aborts. Throws
 * Refused if it does not answer in time: a retry would not either.
 */
export async function scoreApart(
  fork: ForkScoring,
  { bytes, columns, spec, name, signal, onTimes, deadlineMs = DEADLINE_MS }: Order,
): Promise<Float64Array> {
  signal.throwIfAborted();
  const { features, task, classes = [] } = spec;
  const scoring = new ScoringProcess(fork, signal);
  const inputs = Object.keys(features).map((feature) => columns.features[feature] ?? []);
  const total = columns.labels.length;
  const width = task.answer.width(classes);
  const answers = new Float64Array(total * width);
  try {
    await scoring.up();
    const load = { type: 'load', bytes, name, features, task: task.name, classes } as const;
    const began = performance.now();
    await scoring.ask({ batch: load, what: 'load', deadlineMs });
    const loadMs = performance.now() - began;
    for (let from = 0; from < total; from += BATCH) {
      const rows = Math.min(BATCH, total - from);
      const batch = inputs.map((column) => column.slice(from, from + rows));
      const what = `answer ${rows.toLocaleString('en-GB')} rows`;
      const order = { type: 'score', columns: batch, rows } as const;
      const answer = await scoring.ask({ batch: order, what, deadlineMs });
      if (answer.type !== 'answers') throw new Error(`${name} gave no answers`);
      answers.set(answer.answers, from * width);
    }
    if (onTimes && total > 0) {
      const rows = Math.min(TIMED_ROWS, total);
      const columns = inputs.map((column) => column.slice(0, rows));
      const order = { type: 'time', columns, rows, budgetMs: TIMING_MS } as const;
      const timed = await scoring.ask({ batch: order, what: 'answer single rows', deadlineMs });
      if (timed.type === 'times') onTimes({ load: loadMs, rows: timed.ms });
    }
    return answers;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Late)
      throw new Refused(`${name} did not ${cause.what} within ${cause.seconds} s.`, {
        next: 'Look for a loop in the model that may never end, or make it smaller.',
        cause,
      });
    if (cause instanceof Ended)
      throw new Unreachable(`scoring with ${name}: ${cause.message}`, { cause });
    throw cause;
  } finally {
    scoring.kill();
  }
}
