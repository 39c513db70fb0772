import { type ComparisonResult, comparisonState } from '../src/cards/comparison.ts';
import { runSubject } from '../src/cards/run.ts';
import type { Refused } from '../src/core/errors.ts';
import { figure, metricName, pValue, signed, span } from '../src/core/figures.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import type { Window } from '../src/core/model.ts';
import type { Run } from '../src/core/ports/runs.ts';
import type { DatasetFingerprint } from '../src/core/ports/versions.ts';
import type { Needs } from '../src/core/world.ts';
import type { Comparison } from '../src/evaluation/compare.ts';
import { compare as compareJob } from './declared/index.ts';
import { readComparisonResult } from './steps/comparison-result.ts';
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

/** Compares two versions on the same rows and gives a verdict with its confidence. */
export const compare = defineJob({
  ...compareJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.begin(id);
    if (!run) return showAgain(await needs.runs.get(id), needs);
    const result = await followRun(run, needs, async (follow) => {
      await follow.say('asking both versions the same questions', 0.2);
      const spec = needs.models.get(run.model);
      const [lower, upper] = run.versions.map(String);
      const champion = await needs.versions.resolve(run.model, lower ?? '');
      const challenger = await needs.versions.resolve(run.model, upper ?? '');
      const meeting = { spec, run: id, window: run.window, champion, challenger };
      const met = run.newest
        ? await meetOnNewest(meeting, needs, signal)
        : { ...(await meet(meeting, needs, signal)), window: run.window };
      await follow.say('drawing', 0.9);
      const drawn = needs.charts.deltas(chartOf(run, met.comparison));
      // The table has the same content: a result without its picture is better than none.
      const pictures = await drawn.then((picture) => [picture]).catch(() => []);
      const environment = needs.environments.get(run.environment);
      const live = await needs.deployments.live(run.model, environment);
      return { ...inWords(run, met, live?.version), pictures };
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

function inWords(
  run: Run,
  {
    comparison,
    dataset,
    window,
    refused,
  }: { comparison: Comparison; dataset: DatasetFingerprint; window: Window; refused?: Refused },
  live: number | undefined,
): Omit<ComparisonResult, 'pictures'> {
  const primary = comparison.metrics.filter((metric) => metric.primary);
  const because = primary.map(sentence).join(' ');
  const { names, order } = rolesOf(run, live);
  const instead = refused
    ? ` The newest days, ${span(run.window)}, could not be used (${refused.message.replace(/[.]$/, '')}), so these are the first days that neither version was trained on.`
    : '';
  return {
    ...VERDICTS[comparison.verdict],
    text: `${because}${order} Both were evaluated on the same ${figure(comparison.rows)} rows of ${span(window)}, ${comparison.composition.words}.${instead}`,
    table: {
      columns: ['Metric', ...names, 'Difference', '95% interval', 'p'],
      rows: comparison.metrics.map((metric) => [
        metric.primary ? `${metricName(metric.name)} (primary)` : metricName(metric.name),
        shown(metric.champion),
        shown(metric.challenger),
        metric.delta === undefined ? '–' : signed(metric.delta),
        interval(metric),
        metric.p === undefined ? '–' : pValue(metric.p, metric.leastP),
      ]),
    },
    data: {
      verdict: comparison.verdict,
      rows: comparison.rows,
      ...comparison.composition.figures,
      dataset,
      metrics: comparison.metrics,
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

function sentence(metric: Metric): string {
  if (metric.delta === undefined) return `${metric.name} could not be measured.`;
  return `${metricName(metric.name)} differs by ${signed(metric.delta)} (95% interval ${interval(metric)}, p ${metric.p === undefined ? 'unknown' : pValue(metric.p, metric.leastP)}).`;
}

function interval({ low, high }: Metric): string {
  return low === undefined || high === undefined ? '–' : `${signed(low)} to ${signed(high)}`;
}

function shown(value: number | undefined): string {
  return value === undefined ? '–' : figure(value);
}

function chartOf(run: Run, comparison: Comparison) {
  const [champion, challenger] = run.versions;
  const deciding = comparison.metrics.find(({ primary }) => primary);
  return {
    title: `${run.model} v${challenger} against v${champion}`,
    champion: `v${champion}`,
    challenger: `v${challenger}`,
    ...(deciding && { margin: deciding.margin }),
    metrics: comparison.metrics.flatMap(({ name, unit, delta, low, high, verdict }) =>
      // All metrics share one axis: minutes cannot be on the same one as shares.
      unit !== deciding?.unit || delta === undefined || low === undefined || high === undefined
        ? []
        : [{ name, delta, low, high, verdict }],
    ),
  };
}
