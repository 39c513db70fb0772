import { asTrained } from '../../src/core/as-trained.ts';
import { inWords, Refused, Unreachable } from '../../src/core/errors.ts';
import type { ModelSpec, Window } from '../../src/core/model.ts';
import type { Columns, Timing } from '../../src/core/ports/programs.ts';
import type { DatasetFingerprint, Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import type { Comparison } from '../../src/evaluation/compare.ts';
import { compareSeveral } from '../../src/evaluation/compare-several.ts';
import { requireFinite } from '../../src/evaluation/rows.ts';

/** One of the versions gave no answer. */
export class NoAnswer extends Unreachable {
  readonly version: string;

  constructor({ id, model, number }: Version, cause: unknown) {
    super(`${model} v${number} gives no answer: ${inWords(cause)}`, { cause });
    this.version = id;
  }
}

/**
 * All versions' answers to the same rows, from the artifacts that are served: each challenger compared with the
 * champion, and how long each took for single rows, the champion first. Throws NoAnswer for the one that fails.
 */
export async function meet(
  {
    spec: declared,
    run,
    window,
    champion,
    challengers,
  }: {
    spec: ModelSpec;
    run: string;
    window: Window;
    champion: Version;
    challengers: readonly [Version, ...Version[]];
  },
  { datasets, scorer }: Needs<'datasets' | 'scorer'>,
  signal: AbortSignal,
): Promise<{
  comparisons: Comparison[];
  dataset: DatasetFingerprint;
  times: (Timing | undefined)[];
}> {
  const spec = asTrained(declared, challengers[0]);
  const versions = [champion, ...challengers];
  const other = versions.map((one) => incomparable(spec, one)).find((why) => why !== undefined);
  if (other !== undefined)
    throw new Refused(other, { next: `Compare versions that answer alike.` });
  const data = await datasets.prepare({ spec, run, window, signal });
  const rows = await scorer.read(data.path, spec);
  const times: (Timing | undefined)[] = versions.map(() => undefined);
  const answers: Float64Array[] = [];
  for (const [at, version] of versions.entries()) {
    const onTimes = (timing: Timing) => {
      times[at] = timing;
    };
    answers.push(await answersOf(version, rows, spec, scorer, signal, onTimes));
  }
  signal.throwIfAborted();
  const [before = new Float64Array(), ...after] = answers;
  const comparisons = compareSeveral(spec.task, {
    labels: rows.labels,
    classes: spec.classes ?? [],
    champion: before,
    challengers: after,
    ...(rows.entities && { entities: rows.entities }),
    margin: spec.evaluation.margin,
    primary: primaryOf(spec),
  });
  return { comparisons, dataset: data.fingerprint, times };
}

async function answersOf(
  version: Version,
  rows: Columns,
  spec: ModelSpec,
  scorer: Needs<'scorer'>['scorer'],
  signal: AbortSignal,
  onTimes: (times: Timing) => void,
): Promise<Float64Array> {
  try {
    const answers = await scorer.score(version.artifact.sha256, rows, spec, {
      ...{ name: `${version.model} v${version.number}`, signal, onTimes },
    });
    requireFinite('Comparing', answers);
    return answers;
  } catch (cause) {
    signal.throwIfAborted();
    throw new NoAnswer(version, cause);
  }
}

function primaryOf({ name, task, classes = [], evaluation }: ModelSpec): string[] {
  const known = task.metrics(classes).map((metric) => metric.name);
  const primary = known.filter((one) => evaluation.primary.includes(one));
  if (primary.length === evaluation.primary.length) return primary;
  throw new Refused(`${name} has an unknown primary metric.`, {
    next: `Known metrics: ${known.join(', ')}.`,
  });
}

/**
 * Why two versions cannot be compared because their answers differ in kind, as a sentence; undefined if they
 * can.
 */
export function incomparable(spec: ModelSpec, version: Version): string | undefined {
  try {
    const { classes = [] } = asTrained(spec, version);
    const wanted = spec.classes ?? [];
    if (classes.join('\n') === wanted.join('\n')) return undefined;
    return `${version.model} v${version.number} tells other classes apart: ${classes.join(', ')}.`;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}
