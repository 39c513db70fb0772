import { inWords } from '../../core/errors.ts';
import type { ModelSpec, ParameterValues, Window } from '../../core/model.ts';
import type { Prepared } from '../../core/ports/programs.ts';
import { sampleRows } from '../../datasets/sample.ts';
import { runTraining } from '../../training/run-training.ts';
import type { Bench } from '../try/bench.ts';

interface Order {
  spec: ModelSpec;
  run: string;
  parameters: ParameterValues;
  rows: number;
  window: Window;
  /** Where the sample is written, if one is drawn. */
  out: string;
  bench: Bench;
  signal: AbortSignal;
  say(stage: string): void;
  /** Whose programs these are, in what is said. */
  whose?: string;
}

interface Made {
  /** With the classes of the rows. */
  spec: ModelSpec;
  prepared: Prepared;
  /** The rows that it was trained on. */
  data: string;
  rows: number;
  /** The file that the training program reported. */
  path: string;
  reported: Record<string, number>;
  /** Its own answers to these rows, if it wrote them. */
  predictions?: string | undefined;
}

/** Runs both programs of a model; of many rows, the training program gets a sample. The same rows give the same sample. */
export async function trainOnSample(order: Order): Promise<Made> {
  const { spec: declared, run, parameters, window, bench, signal, say, whose = '' } = order;
  say(`Running the dataset program${whose}`);
  const prepared = await bench.datasets.prepare({ spec: declared, run, window, signal });
  const all = prepared.inspection.rows;
  const rows = Math.min(all, order.rows);
  const data = rows < all ? order.out : prepared.path;
  if (rows < all)
    await sampleRows(prepared.path, rows, data).catch((cause: unknown) => {
      throw new Error(`sampling the rows to train on: ${inWords(cause)}`, { cause });
    });
  const spec = { ...declared, classes: prepared.inspection.classes };
  say(`Running the training program${whose}`);
  const runDir = await bench.folders.create(run, 'train');
  const { path, metrics, predictions } = await runTraining(
    { spec, run, window, parameters, data, runDir, signal },
    bench.programs,
  );
  return { spec, prepared, data, rows, path, reported: metrics, predictions };
}
