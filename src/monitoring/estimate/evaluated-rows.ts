import { z } from 'zod';
import type { ModelSpec } from '../../core/model.ts';
import type { Columns } from '../../core/ports/programs.ts';
import type { Answers } from '../../core/task.ts';
import { binsOf } from '../causes/losses.ts';
import { answerColumns, type Reference } from '../profile/reference.ts';
import { binCount } from '../profile/spec.ts';

/** With more rows, evenly chosen ones: the weights are of some hundred bins. */
const MOST_ROWS = 20_000;

/** Evaluated rows of a version, as far as they are weighted: their labels, answers, and bins of all columns. */
export interface EvaluatedRows {
  labels: Float64Array;
  answers: Float64Array;
  /** Of features and of what is profiled of the answers. The last bin is of rows without a usable value. */
  bins: Readonly<Record<string, { size: number; of: Uint8Array }>>;
}

const Stored = z.object({
  labels: z.base64(),
  answers: z.base64(),
  bins: z.record(z.string(), z.object({ size: z.number(), of: z.base64() })),
});

/** The rows as the bytes of an artifact. Undefined for a task without classes: nothing is calibrated. */
export function buildEvaluatedRows(
  { task, classes = [] }: Pick<ModelSpec, 'task' | 'classes'>,
  { features, answers: profiled }: Pick<Reference, 'features' | 'answers'>,
  evaluated: Columns,
  answers: Answers,
): Uint8Array | undefined {
  const rows = evaluated.labels.length;
  if (!task.decided || rows === 0) return undefined;
  const width = task.answer.width(classes);
  const step = Math.max(1, rows / MOST_ROWS);
  const kept = Array.from({ length: Math.floor(rows / step) }, (_, at) => Math.floor(at * step));
  const columns = { ...evaluated.features, ...answerColumns({ task, classes }, answers) };
  const bins = Object.entries({ ...features, ...profiled }).flatMap(([name, { spec }]) => {
    const values = columns[name];
    if (!values) return [];
    const of = binsOf(
      spec,
      kept.map((row) => values[row]),
    );
    return [[name, { size: binCount(spec) + 1, of: text(Uint8Array.from(of)) }] as const];
  });
  const stored: z.output<typeof Stored> = {
    labels: text(Float64Array.from(kept, (row) => evaluated.labels[row] ?? 0)),
    answers: text(
      Float64Array.from(
        { length: kept.length * width },
        (_, at) =>
          answers[(kept[Math.floor(at / width)] ?? 0) * width + (at % width)] ?? Number.NaN,
      ),
    ),
    bins: Object.fromEntries(bins),
  };
  return Buffer.from(JSON.stringify(stored));
}

/** Throws if the bytes are not such rows. */
export function readEvaluatedRows(bytes: Uint8Array): EvaluatedRows {
  const { labels, answers, bins } = Stored.parse(JSON.parse(Buffer.from(bytes).toString()));
  return {
    labels: numbers(labels),
    answers: numbers(answers),
    bins: Object.fromEntries(
      Object.entries(bins).map(([name, { size, of }]) => [
        name,
        { size, of: Uint8Array.from(Buffer.from(of, 'base64')) },
      ]),
    ),
  };
}

const text = (values: Float64Array | Uint8Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

const numbers = (words: string): Float64Array =>
  new Float64Array(Uint8Array.from(Buffer.from(words, 'base64')).buffer);
