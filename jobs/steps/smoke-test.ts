import { inWords, WheelhouseError } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Columns, Timing } from '../../src/core/ports/programs.ts';
import type { Evaluation, Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import type { Smoke } from '../../src/release/gates/smoke/problem.ts';
import { pickRows, spread } from './pick-rows.ts';

/** Enough for the usual categories and nulls, few enough to be quick. */
const ROWS = 300;
/** For loading and answering. A slower version would keep callers waiting at each switch. */
const SMOKE_MS = 30_000;

type Parts = Needs<'datasets' | 'scorer'>;

/** Some of the rows that a version was evaluated on, spread over all of them, or why there are none. */
export async function smokeRows(
  evaluation: Evaluation | undefined,
  spec: ModelSpec,
  { datasets, scorer }: Parts,
): Promise<Columns | Smoke> {
  if (!evaluation) return { unjudged: true };
  try {
    const { path } = await datasets.open(evaluation.dataset);
    return someRows(await scorer.read(path, spec));
  } catch (error) {
    if (!(error instanceof WheelhouseError)) throw error;
    return { problem: `its held-out rows cannot be read: ${inWords(error)}` };
  }
}

/** Lets a version answer these rows: see `askFile`. */
export function askVersion(
  { artifact: { sha256 }, model, number }: Version,
  rows: Columns,
  spec: ModelSpec,
  needs: Pick<Parts, 'scorer'>,
  signal: AbortSignal,
  deadlineMs = SMOKE_MS,
): Promise<Smoke> {
  const asked = { sha256, name: `${model} v${number}` };
  return askFile(asked, rows, spec, needs, signal, deadlineMs);
}

/**
 * Lets a model file answer these rows, with the same runtime that serves it. Wrong answers are a result, not an
 * error.
 */
export async function askFile(
  { sha256, name }: { sha256: string; name: string },
  rows: Columns,
  spec: ModelSpec,
  { scorer }: Pick<Parts, 'scorer'>,
  signal: AbortSignal,
  deadlineMs = SMOKE_MS,
): Promise<Smoke> {
  // Whatever the model does, its process ends here.
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Smoke>((resolve) => {
    const problem = `it did not answer ${rows.labels.length} rows within ${deadlineMs / 1000} s`;
    timer = setTimeout(() => resolve({ problem }), deadlineMs);
  });
  try {
    let times: Timing | undefined;
    const answers = scorer.score(sha256, rows, spec, {
      name,
      signal: AbortSignal.any([signal, over.signal]),
      onTimes: (timing) => {
        times = timing;
      },
    });
    answers.catch(() => undefined); // if it is late, nobody is waiting for it any more
    const answered = answers.then((given) => ({
      ...{ answers: given, rows: rows.labels.length, classes: spec.classes ?? [] },
      ...(times && { times }),
    }));
    return await Promise.race([answered, late]);
  } catch (error) {
    signal.throwIfAborted();
    // A model that throws for its own rows would throw for callers too.
    return { problem: inWords(error) };
  } finally {
    clearTimeout(timer);
    over.abort(new Error('the smoke test is over'));
  }
}

export function areRows(rows: Columns | Smoke): rows is Columns {
  return 'labels' in rows;
}

/** Enough of them for a smoke test, spread over all. */
export function someRows(rows: Columns): Columns {
  return pickRows(rows, spread(rows.labels.length, ROWS));
}
