import type { ComparedMetric } from '../core/compared-metric.ts';
import { carried, carriedDifference, figure, pValue, span } from '../core/figures.ts';
import type { ModelSpec, Window } from '../core/model.ts';
import type { Costs } from '../core/ports/approvals.ts';
import type { Verdict } from '../core/verdict.ts';
import { metricOf } from '../tasks/words.ts';
import type { ComparisonResult } from './comparison.ts';
import { p99Of, sizeOf } from './costs.ts';

export interface Challenger {
  version: number;
  verdict: Verdict;
  metrics: readonly ComparedMetric[];
  costs: Costs | undefined;
}

interface Compared {
  model: string;
  champion: { version: number; isLive: boolean; costs: Costs | undefined };
  challengers: readonly Challenger[];
  rows: number;
  /** The end of a sentence about the rows. */
  composition: string;
  window: Window;
  /** Why these are not the newest days. */
  instead: string;
}

const RANKS: readonly Verdict[] = ['better', 'not worse', 'inconclusive', 'worse'];
const WORDS: Record<Verdict, string> = {
  better: 'better',
  'not worse': 'not worse',
  inconclusive: 'not told apart',
  worse: 'worse',
};

/** The best first. */
export function ranked(challengers: readonly Challenger[]): Challenger[] {
  const lowest = ({ metrics }: Challenger) =>
    metrics.find(({ primary }) => primary)?.low ?? Number.NEGATIVE_INFINITY;
  return challengers.toSorted(
    (a, b) => RANKS.indexOf(a.verdict) - RANKS.indexOf(b.verdict) || lowest(b) - lowest(a),
  );
}

/** Several challengers beside one champion: the primary metrics, size and speed, the best first. */
export function severalInWords(
  compared: Compared,
  spec: Pick<ModelSpec, 'task' | 'unit'>,
): Omit<ComparisonResult, 'pictures' | 'data'> {
  const { model, champion, rows, composition, window, instead } = compared;
  const challengers = ranked(compared.challengers);
  const promotable = challengers.filter(({ verdict }) => ['better', 'not worse'].includes(verdict));
  const [best] = challengers;
  const role = champion.isLive ? 'champion' : 'baseline';
  const level = `${Number((100 - 5 / challengers.length).toFixed(1))}%`;
  const groups = RANKS.flatMap((verdict) => {
    const names = challengers.filter((one) => one.verdict === verdict).map(nameOf);
    return names.length > 0 ? [`${listed(names)}: ${WORDS[verdict]}`] : [];
  });
  return {
    title: `${model} v${champion.version} against ${listed(challengers.map(nameOf))}: ${best && best.verdict !== 'worse' ? `v${best.version} is ${best.verdict === 'inconclusive' ? 'not told apart from it' : WORDS[best.verdict]}` : 'none is better'}`,
    words: 'compared with',
    tone: promotable.length > 0 ? 'success' : best?.verdict === 'worse' ? 'warning' : 'note',
    text: `Compared with v${champion.version}, ${groups.join('; ')}. All were evaluated on the same ${figure(rows)} rows of ${span(window)}, ${composition}. Intervals hold for ${challengers.length === 2 ? 'both' : `all ${challengers.length}`} at once, and p is adjusted for them (Holm), because the best of several looks better than it is.${instead}`,
    table: {
      columns: [
        'Version',
        'Metric',
        'Value',
        'Difference',
        `${level} interval`,
        'p (adjusted)',
        'Verdict',
        'Model file',
        'p99 of a row',
      ],
      rows: [
        ...primaryOf(challengers[0]).map((metric) => [
          `v${champion.version} (${role})`,
          ...[heading(metric, spec), shown(metric.champion, metric)],
          ...['–', '–', '–', '–', ...costCells(champion.costs)],
        ]),
        ...challengers.flatMap((challenger) =>
          primaryOf(challenger).map((metric) => [
            ...[nameOf(challenger), heading(metric, spec), shown(metric.challenger, metric)],
            metric.delta === undefined ? '–' : carriedDifference(metric.delta, metric),
            metric.low === undefined || metric.high === undefined
              ? '–'
              : `${carriedDifference(metric.low, metric)} to ${carriedDifference(metric.high, metric)}`,
            metric.adjustedP === undefined ? '–' : pValue(metric.adjustedP, metric.leastP),
            ...[WORDS[metric.verdict], ...costCells(challenger.costs)],
          ]),
        ),
      ],
    },
    promotable: promotable.length > 0,
    promote: promotable.map(({ version }) => version),
  };
}

const nameOf = ({ version }: Challenger): string => `v${version}`;
const primaryOf = (one: Challenger | undefined): ComparedMetric[] =>
  one?.metrics.filter(({ primary }) => primary) ?? [];
const costCells = (costs: Costs | undefined): string[] =>
  costs ? [sizeOf(costs), p99Of(costs) ?? '–'] : ['–', '–'];
const shown = (value: number | undefined, metric: ComparedMetric): string =>
  value === undefined ? '–' : carried(value, metric);

function heading({ name }: ComparedMetric, spec: Pick<ModelSpec, 'task' | 'unit'>): string {
  const { words, unit } = metricOf(name, spec);
  return unit === undefined ? words : `${words} (${unit})`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
