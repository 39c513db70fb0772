import { type ComparisonResult, comparisonState } from '../src/cards/comparison.ts';
import { ranked, severalInWords } from '../src/cards/comparison-several.ts';
import { costRows } from '../src/cards/costs.ts';
import { runSubject } from '../src/cards/run.ts';
import type { Refused } from '../src/core/errors.ts';
import { carried, carriedDifference, figure, pValue, span } from '../src/core/figures.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import type { ModelSpec, Window } from '../src/core/model.ts';
import type { Costs } from '../src/core/ports/approvals.ts';
import type { Run } from '../src/core/ports/runs.ts';
import type { DatasetFingerprint, Version } from '../src/core/ports/versions.ts';
import type { Needs } from '../src/core/world.ts';
import type { Comparison } from '../src/evaluation/compare.ts';
import { metricOf } from '../src/tasks/words.ts';
import { compare as compareJob } from './declared/index.ts';
import { readComparisonResult } from './steps/comparison-result.ts';
import { costsOf } from './steps/evidence/costs.ts';
import { failRun, followRun, showEnd } from './steps/follow-run.ts';
import { meet } from './steps/meet.ts';
import { meetOnNewest } from './steps/meet-newest.ts';

type Parts = Needs<
  | 'runs'
  | 'replies'
  | 'models'
  | 'versions'
  | 'deployments'
  | 'environments'
  | 'datasets'
  | 'scorer'
  | 'charts'
>;

/** Compares versions on the same rows and gives a verdict with its confidence. */
export const compare = defineJob({
  ...compareJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.begin(id);
    if (!run) return showAgain(await needs.runs.get(id), needs);
    const result = await followRun(run, needs, async (follow) => {
      await follow.say('asking all versions the same questions', 0.2);
      const spec = needs.models.get(run.model);
      const [lower, first, ...more] = run.versions.map(String);
      const champion = await needs.versions.resolve(run.model, lower ?? '');
      const versionOf = (number: string) => needs.versions.resolve(run.model, number);
      const challengers: [Version, ...Version[]] = [await versionOf(first ?? '')];
      for (const number of more) challengers.push(await versionOf(number));
      const meeting = { spec, run: id, window: run.window, champion, challengers };
      const met = run.newest
        ? await meetOnNewest(meeting, needs, signal)
        : { ...(await meet(meeting, needs, signal)), window: run.window };
      await follow.say('drawing', 0.9);
      const drawn = needs.charts.deltas(chartOf(run, spec, met.comparisons));
      // The table has the same content: a result without its picture is better than none.
      const pictures = await drawn.then((picture) => [picture]).catch(() => []);
      const environment = needs.environments.get(run.environment);
      const live = await needs.deployments.live(run.model, environment);
      const costs = [champion, ...challengers].map((one, at) => costsOf(one, met.times[at]));
      return { ...inWords(run, spec, { ...met, live: live?.version, costs }), pictures };
    });
    const ended = await needs.runs.finish(id, { status: 'succeeded', result: toJson(result) });
    if (ended) await needs.replies.show(runSubject(ended), comparisonState(ended, result));
  },

  failed: ({ run }, error, needs: Parts) => failRun(run, error, needs),
});

/** Ended by an attempt that may have crashed before it reported this. */
async function showAgain(run: Run, { replies }: Needs<'replies'>): Promise<void> {
  if (run.status !== 'succeeded') return showEnd(run, { replies });
  await replies.show(runSubject(run), comparisonState(run, readComparisonResult(run.result)));
}

const VERDICTS: Record<
  Comparison['verdict'],
  Pick<ComparisonResult, 'words' | 'tone' | 'promotable'>
> = {
  better: { words: 'better than', tone: 'success', promotable: true },
  'not worse': { words: 'not worse than', tone: 'success', promotable: true },
  worse: { words: 'worse than', tone: 'warning', promotable: false },
  inconclusive: { words: 'not told apart from', tone: 'note', promotable: false },
};

interface Met {
  /** Of each challenger, at least one. */
  comparisons: readonly Comparison[];
  dataset: DatasetFingerprint;
  window: Window;
  refused?: Refused;
  /** The version that is live. */
  live: number | undefined;
  /** Of the champion, then of the challengers. */
  costs: readonly Costs[];
}

function inWords(
  run: Run,
  spec: ModelSpec,
  { comparisons, dataset, window, refused, live, costs }: Met,
): Omit<ComparisonResult, 'pictures'> {
  const [comparison] = comparisons;
  if (!comparison) throw new Error('a comparison without a challenger');
  const primary = comparison.metrics.filter((metric) => metric.primary);
  const because = primary.map((metric) => sentence(metric, spec)).join(' ');
  const { names, order } = rolesOf(run, live);
  const instead = refused
    ? ` The newest days, ${span(run.window)}, could not be used (${refused.message.replace(/[.]$/, '')}), so these are the first days that neither version was trained on.`
    : '';
  if (comparisons.length > 1) {
    const [lower = 0, ...uppers] = run.versions;
    const challengers = comparisons.map((one, at) => ({
      ...{ version: uppers[at] ?? 0, verdict: one.verdict, metrics: one.metrics },
      costs: costs[at + 1],
    }));
    const champion = { version: lower, isLive: live === lower, costs: costs[0] };
    const { rows, composition } = comparison;
    const found = { model: run.model, champion, challengers, rows, window, instead };
    return {
      ...severalInWords({ ...found, composition: composition.words }, spec),
      data: {
        ...{ rows, ...composition.figures, dataset, unit: spec.unit, champion },
        challengers: ranked(challengers),
      },
    };
  }
  return {
    ...VERDICTS[comparison.verdict],
    text: `${because}${order} Both were evaluated on the same ${figure(comparison.rows)} rows of ${span(window)}, ${comparison.composition.words}.${instead}`,
    table: {
      columns: ['Metric', ...names, 'Difference', '95% interval', 'p'],
      rows: comparison.metrics
        .map((metric) => [
          rowName(metric, spec),
          metric.champion === undefined ? '–' : carried(metric.champion, metric),
          metric.challenger === undefined ? '–' : carried(metric.challenger, metric),
          metric.delta === undefined ? '–' : carriedDifference(metric.delta, metric),
          interval(metric),
          metric.p === undefined ? '–' : pValue(metric.p, metric.leastP),
        ])
        .concat(costRows(costs)),
    },
    data: {
      verdict: comparison.verdict,
      rows: comparison.rows,
      ...comparison.composition.figures,
      dataset,
      metrics: comparison.metrics,
      unit: spec.unit,
      costs,
    },
  };
}

/** What the two columns are, and what the order of the arguments meant if it decided that. */
function rolesOf(
  { versions: [lower, upper] }: Run,
  live: number | undefined,
): { names: [string, string]; order: string } {
  const challenger = `v${upper} (challenger)`;
  if (live === lower) return { names: [`v${lower} (champion)`, challenger], order: '' };
  const standing = live === upper ? `v${upper} is live, and v${lower} is not.` : 'Neither is live.';
  return {
    names: [`v${lower} (baseline)`, challenger],
    order: ` ${standing} v${upper} was named first, so it is judged as the challenger; v${lower} was named second, so it is what has to be beaten.`,
  };
}

type Metric = Comparison['metrics'][number];

function sentence(metric: Metric, spec: ModelSpec): string {
  const { words, unit } = metricOf(metric.name, spec);
  if (metric.delta === undefined) return `${words} could not be measured.`;
  const difference = carriedDifference(metric.delta, metric);
  const p = metric.p === undefined ? 'unknown' : pValue(metric.p, metric.leastP);
  return `${words} differs by ${difference}${unit === undefined ? '' : ` ${unit}`} (95% interval ${interval(metric)}, p ${p}).`;
}

/** `RMSE (minutes, primary)`. */
function rowName({ name, primary }: Metric, spec: ModelSpec): string {
  const { words, unit } = metricOf(name, spec);
  const notes = [unit, primary ? 'primary' : undefined].filter((note) => note !== undefined);
  return notes.length > 0 ? `${words} (${notes.join(', ')})` : words;
}

function interval(metric: Metric): string {
  const { low, high } = metric;
  if (low === undefined || high === undefined) return '–';
  return `${carriedDifference(low, metric)} to ${carriedDifference(high, metric)}`;
}

function chartOf(run: Run, spec: ModelSpec, comparisons: readonly Comparison[]) {
  const [champion, ...challengers] = run.versions.map((version) => `v${version}`);
  const [comparison] = comparisons;
  const deciding = comparison?.metrics.find(({ primary }) => primary);
  const { words, unit } = deciding ? metricOf(deciding.name, spec) : { words: '', unit: undefined };
  const names = challengers.join(', ');
  const several = comparisons.length > 1;
  const bars = several
    ? comparisons.flatMap(({ metrics }, at) => {
        const same = metrics.find(({ name }) => name === deciding?.name);
        return same ? [{ ...same, words: challengers[at] ?? '' }] : [];
      })
    : (comparison?.metrics ?? []).map((one) => ({ ...one, words: metricOf(one.name, spec).words }));
  return {
    title: `${run.model} ${names} against ${champion}${several ? `: ${words}` : ''}${unit === undefined ? '' : `, in ${unit}`}`,
    champion: champion ?? '',
    challenger: several ? `${words} of each` : names,
    ...(deciding && { margin: deciding.margin }),
    metrics: bars.flatMap(({ words: name, unit: own, delta, low, high, verdict }) =>
      // All metrics share one axis: minutes cannot be on the same one as shares.
      own !== deciding?.unit || delta === undefined || low === undefined || high === undefined
        ? []
        : [{ name, delta, low, high, verdict }],
    ),
  };
}
