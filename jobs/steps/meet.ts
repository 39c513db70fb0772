import { Refused } from '../../src/core/errors.ts';
import type { ModelSpec, Window } from '../../src/core/model.ts';
import type { DatasetFingerprint, Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import { type Comparison, compareBinary, METRICS } from '../../src/evaluation/compare.ts';

/** Both versions on the same rows, by the artifacts that are served. */
export async function meet(
  {
    spec,
    run,
    window,
    champion,
    challenger,
  }: {
    spec: ModelSpec;
    run: string;
    window: Window;
    champion: Version;
    challenger: Version;
  },
  { datasets, scorer }: Needs<'datasets' | 'scorer'>,
  signal: AbortSignal,
): Promise<{ comparison: Comparison; dataset: DatasetFingerprint }> {
  const data = await datasets.prepare({ spec, run, window, signal });
  const rows = await scorer.read(data.path, spec);
  const before = await scorer.score(champion.artifact.sha256, rows, spec.features);
  const after = await scorer.score(challenger.artifact.sha256, rows, spec.features);
  signal.throwIfAborted();
  const comparison = compareBinary({
    labels: rows.labels,
    champion: before,
    challenger: after,
    ...(rows.entities && { entities: rows.entities }),
    margin: spec.evaluation.margin,
    primary: primaryOf(spec),
  });
  return { comparison, dataset: data.fingerprint };
}

type MetricName = Comparison['metrics'][number]['name'];

function primaryOf(spec: ModelSpec): MetricName[] {
  const primary = METRICS.filter((name) => spec.evaluation.primary.includes(name));
  if (primary.length === spec.evaluation.primary.length) return primary;
  throw new Refused(`${spec.name} names a primary metric that is not known here.`, {
    next: `Known are ${METRICS.join(', ')}.`,
  });
}
