import { inWords, WheelhouseError } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Columns } from '../../src/core/ports/programs.ts';
import type { Evaluation, Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import type { Smoke } from '../../src/evaluation/smoke.ts';

/** Enough to meet the usual categories and nulls, few enough to take a moment. */
const ROWS = 300;
/** For loading and answering. A version that needs longer would keep callers waiting at each switch. */
const SMOKE_MS = 30_000;

type Parts = Needs<'datasets' | 'scorer'>;

/** Some of the rows that a version was judged on, spread over all of them, or why there are none. */
export async function smokeRows(
  evaluation: Evaluation | undefined,
  spec: ModelSpec,
  { datasets, scorer }: Parts,
): Promise<Columns | Smoke> {
  if (!evaluation) return { unjudged: true };
  try {
    const { path } = await datasets.open(evaluation.dataset);
    return spreadOver(await scorer.read(path, spec), ROWS);
  } catch (error) {
    if (!(error instanceof WheelhouseError)) throw error;
    return { problem: `its held-out rows cannot be read: ${inWords(error)}` };
  }
}

/** Has a version answer these rows, by the runtime that serves it. What it does wrong is a result, no error. */
export async function askVersion(
  version: Version,
  rows: Columns,
  spec: ModelSpec,
  { scorer }: Pick<Parts, 'scorer'>,
  signal: AbortSignal,
  deadlineMs = SMOKE_MS,
): Promise<Smoke> {
  // Whatever the model does, its process ends with this.
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Smoke>((resolve) => {
    const problem = `it did not answer ${rows.labels.length} rows within ${deadlineMs / 1000} s`;
    timer = setTimeout(() => resolve({ problem }), deadlineMs);
  });
  try {
    const answers = scorer.score(version.artifact.sha256, rows, spec, {
      name: `${version.model} v${version.number}`,
      signal: AbortSignal.any([signal, over.signal]),
    });
    answers.catch(() => undefined); // where it is late, nobody waits for it any more
    const answered = answers.then((given) => ({
      ...{ answers: given, rows: rows.labels.length, classes: spec.classes ?? [] },
    }));
    return await Promise.race([answered, late]);
  } catch (error) {
    signal.throwIfAborted();
    // Whatever a model throws at its own rows, it would throw at callers.
    return { problem: inWords(error) };
  } finally {
    clearTimeout(timer);
    over.abort(new Error('the smoke test is over'));
  }
}

export function areRows(rows: Columns | Smoke): rows is Columns {
  return 'labels' in rows;
}

function spreadOver({ labels, features, entities }: Columns, most: number): Columns {
  const total = labels.length;
  const rows = Math.min(most, total);
  const at = Array.from({ length: rows }, (_, row) => Math.floor((row * total) / rows));
  const pick = <T>(column: readonly T[]): T[] => at.flatMap((row) => column.slice(row, row + 1));
  return {
    labels: Float64Array.from(at, (row) => labels[row] ?? 0),
    features: Object.fromEntries(
      Object.entries(features).map(([name, column]) => [name, pick(column)]),
    ),
    ...(entities && { entities: pick(entities) }),
  };
}
