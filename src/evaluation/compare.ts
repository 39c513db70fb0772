import type { ComparedMetric } from '../core/compared-metric.ts';
import { Z_95, zOf } from '../core/distributions.ts';
import { holm } from '../core/holm.ts';
import { marginOf } from '../core/metrics.ts';
import type { Chance, Composition, Margin, Pair, Task } from '../core/task.ts';
import { joinVerdicts, judgeDifference, type Verdict } from '../core/verdict.ts';
import { pairedBootstrap } from './bootstrap.ts';
import { groupRows, requirePaired } from './rows.ts';
import { drawnUnits } from './units.ts';

export type Comparison = {
  rows: number;
  composition: Composition;
  verdict: Verdict;
  metrics: ComparedMetric[];
};

export type CompareInput = Pair & {
  margin?: Margin | undefined;
  /** Names of the metrics that decide; default: the task's own. */
  primary?: readonly string[] | undefined;
  seed?: number | undefined;
  resamples?: number | undefined;
  /**
   * How many challengers are judged together: intervals hold for all of them at once (Bonferroni: 95% for one, 99% for
   * five). Default: 1.
   */
  together?: number | undefined;
};

const ALPHA = 0.05;
const RESAMPLES = 2000;
/** A metric that each draw walks over all rows for takes minutes with more rows, and gets fewer draws. */
const MANY = 100_000;
const FEW_RESAMPLES = 300;

type Sure = Chance & { leastP?: number | undefined };

/**
 * Compares two models of a task on the same labelled rows: each metric in closed form if it has one, otherwise
 * by a paired percentile bootstrap. With `entities`, whole entities are drawn. `low` and `high` bound the
 * two-sided 95% interval: `low` is the one-sided 97.5% bound. A metric that the rows do not define (one class
 * only, scores that are not probabilities) is undefined and `inconclusive`. Synchronous: 2000 resamples take about
 * a second, however many rows there are (see `drawnUnits`). Throws RangeError on unpaired columns and on values that the task cannot
 * measure.
 */
export function compareAnswers(task: Task, input: CompareInput): Comparison {
  const { labels, champion, challenger, classes, entities } = input;
  const { primary = task.defaults.primary } = input;
  requirePaired('Comparing with the champion', labels, entities ?? labels);
  requirePaired('Comparing with the champion', champion, challenger);
  const before = task.measure({ labels, answers: champion, classes });
  const after = task.measure({ labels, answers: challenger, classes });
  const all = task.metrics(classes);
  const chances = chancesOf(task, input, (name) => isMeasured(before[name], after[name]));

  const ofPrimary = holm(primary.map((name) => chances.get(name)?.p ?? 1));
  const metrics = all.map((metric): ComparedMetric => {
    const { name, higherIsBetter, unit } = metric;
    const chance = chances.get(name);
    const place = primary.indexOf(name);
    const margin = marginOf(metric, input.margin, before[name]);
    const judged = {
      low: chance?.low,
      high: chance?.high,
      adjustedP: place >= 0 && chance !== undefined ? ofPrimary[place] : chance?.p,
    };
    return {
      name,
      higherIsBetter,
      unit,
      champion: before[name],
      challenger: after[name],
      delta: oriented(before[name], after[name], higherIsBetter),
      p: chance?.p,
      leastP: chance?.leastP,
      ...judged,
      margin,
      verdict: judgeDifference(judged, margin),
      primary: place >= 0,
    };
  });
  const deciding = metrics.filter((metric) => metric.primary).map((metric) => metric.verdict);
  return {
    rows: labels.length,
    composition: task.composition(labels, classes),
    verdict: joinVerdicts(deciding),
    metrics,
  };
}

const isMeasured = (...values: (number | undefined)[]): boolean => !values.includes(undefined);

function chancesOf(
  task: Task,
  input: CompareInput,
  isMeasured: (name: string) => boolean,
): Map<string, Sure> {
  const metrics = task.metrics(input.classes).filter(({ name }) => isMeasured(name));
  const chances = new Map<string, Sure>();
  const alpha = ALPHA / (input.together ?? 1);
  for (const { name, exact } of metrics) {
    const chance = exact?.(input);
    if (chance) chances.set(name, widened(chance, zOf(alpha) / Z_95));
  }
  const rows = input.labels.length;
  const seed = input.seed ?? 1;
  const groups = drawnUnits(groupRows(rows, input.entities), seed);
  const drawn = metrics.flatMap((metric) => {
    const { improvement } = metric;
    const statistic = metric.drawn?.(input, groups);
    if (statistic)
      return [{ metric, of: (_: Float64Array, times: Int32Array) => statistic(times) }];
    return improvement ? [{ metric, of: improvement }] : [];
  });
  const { parts, width } = task.components(input, groups);
  const isSlow = rows > MANY && metrics.some((metric) => metric.drawn);
  const resamples = isSlow ? FEW_RESAMPLES : (input.resamples ?? RESAMPLES);
  const intervals = pairedBootstrap({
    ...{ components: parts, width, resamples, seed, alpha },
    statistics: drawn.map(({ of }) => of),
  });
  drawn.forEach(({ metric: { name, exactP } }, at) => {
    const interval = intervals[at];
    if (!interval) return;
    const p = exactP?.(input);
    chances.set(
      name,
      p === undefined ? { ...interval, leastP: 2 / (resamples + 1) } : { ...interval, p },
    );
  });
  return chances;
}

/** A 95% interval that is symmetric, so many times as wide. */
function widened(chance: Chance, times: number): Chance {
  if (times === 1) return chance;
  const [middle, half] = [(chance.low + chance.high) / 2, (chance.high - chance.low) / 2];
  return { ...chance, low: middle - times * half, high: middle + times * half };
}

function oriented(
  before: number | undefined,
  after: number | undefined,
  higherIsBetter: boolean,
): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  return higherIsBetter ? after - before : before - after;
}
