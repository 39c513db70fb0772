import { categoryText } from '../../src/core/category.ts';
import type { Causes } from '../../src/core/causes.ts';
import type { ModelSpec, MonitorSpec, Window } from '../../src/core/model.ts';
import type { LoggedRequests } from '../../src/core/ports/predictions.ts';
import type { Needs } from '../../src/core/world.ts';
import { type Answering, openAnswers } from '../../src/monitoring/answers.ts';
import { causesByDrift, causesByEffect } from '../../src/monitoring/causes/find.ts';
import type { LossRows } from '../../src/monitoring/causes/losses.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { openProfiles } from '../../src/monitoring/profile/open-profiles.ts';
import { watchedMetric } from '../../src/monitoring/watched-metric.ts';
import { metricOf } from '../../src/tasks/words.ts';

/** Enough for effects of a hundredth, and a fraction of a second. */
const MOST_ROWS = 20_000;

interface Alerting {
  spec: ModelSpec;
  environment: string;
  monitor: MonitorSpec;
  version: number;
  window: Window;
}

type Parts = Needs<'versions' | 'artifacts' | 'profiles' | 'predictions'>;

/**
 * What moved in a window, by its effect on the metric that the monitor watches, or the task's usual one; without enough
 * labels by how far it moved. Undefined for monitors that are not about requests.
 */
export async function causesOf(
  { spec, environment, monitor, version, window }: Alerting,
  needs: Parts,
  signal: AbortSignal,
): Promise<Causes | undefined> {
  if (kindOf(monitor.kind).windowsOf !== 'predictions') return undefined;
  const answering = await openAnswers({ environment, model: spec, version }, needs);
  const profiles = answering && (await openProfiles(answering.asked, needs));
  if (!answering || !profiles) return undefined;
  const { task, classes } = answering;
  const metric = watchedMetric(task, kindOf(monitor.kind).watches(monitor, task));
  if (metric && profiles.losses) {
    const { words, unit } = metricOf(metric.name, spec);
    const rows = await labelledRows(answering, { spec, window }, needs, signal);
    const found = causesByEffect(
      { ...metric, shown: { words, ...(unit !== undefined && { unit }) } },
      rows,
      { classes, reference: profiles.reference, losses: profiles.losses },
    );
    if (found) return found;
  }
  return causesByDrift(profiles.reference, await profiles.current(window));
}

/** What the version answered itself. */
async function labelledRows(
  { task, classes, asked }: Answering,
  { spec, window }: { spec: ModelSpec; window: Window },
  { predictions }: Parts,
  signal: AbortSignal,
): Promise<LossRows> {
  const { version, width } = asked;
  const features = Object.keys(spec.features);
  const question = { ...asked, window, features, rows: MOST_ROWS };
  const found = await predictions.newestLabelled(question, signal);
  const labels = found.labels.map((label) => task.label.read(label, classes));
  const rows = labels.flatMap((label, row) =>
    label !== undefined &&
    found.versions[row] === version &&
    task.answer.fault(found.answers, row, classes) === undefined
      ? [row]
      : [],
  );
  return {
    labels: Float64Array.from(rows, (row) => labels[row] ?? Number.NaN),
    answers: Float64Array.from(
      rows.flatMap((row) => [...found.answers.subarray(row * width, (row + 1) * width)]),
    ),
    features: Object.fromEntries(
      features.map((name) => [name, rows.map((row) => sentValue(found, name, row, spec))]),
    ),
  };
}

/** As the model and the profiles were given it. */
function sentValue(
  { features }: LoggedRequests,
  name: string,
  row: number,
  { features: schema, nullCategory }: ModelSpec,
): unknown {
  const value = features[name]?.[row] ?? null;
  return schema[name] === 'category' ? categoryText(value, nullCategory) : value;
}
