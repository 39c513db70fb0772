import { carried, carriedDifference, figure, plural, pValue } from '../../core/figures.ts';
import { inColumns } from './columns-text.ts';
import type { ModelsCompared } from './compare-models.ts';

export const HEAD = [
  'Metric',
  'Champion',
  'Challenger',
  'Difference',
  '95% interval',
  'p',
  'Verdict',
];

type Metric = ModelsCompared['metrics'][number];

/** One metric as a row of the table. */
export function cellsOf(metric: Metric, words: (name: string) => string): string[] {
  const { name, champion, challenger, delta, low, high, p, leastP, primary, verdict } = metric;
  const shown = (value: number | undefined) =>
    value === undefined ? 'n/a' : carried(value, metric);
  return [
    `${words(name)}${primary ? ' *' : ''}`,
    ...[shown(champion), shown(challenger)],
    delta === undefined ? '' : carriedDifference(delta, metric),
    low === undefined || high === undefined
      ? ''
      : `${carriedDifference(low, metric)} to ${carriedDifference(high, metric)}`,
    p === undefined ? '' : pValue(p, leastP),
    verdict,
  ];
}

/** How people write a metric, by its name. */
export function wordsOf({ task, metrics }: ModelsCompared): (name: string) => string {
  const classes = metrics.flatMap(({ name }) => /^recall\[(.*)\]$/s.exec(name)?.[1] ?? []);
  const known = new Map(task.metrics(classes).map(({ name, words }) => [name, words]));
  return (name) => known.get(name) ?? name;
}

export function headline(found: ModelsCompared): string {
  const { verdict, rows, files, composition } = found;
  const [champion, challenger] = files;
  const words = {
    better: 'is better than',
    'not worse': 'is not worse than',
    worse: 'is worse than',
    inconclusive: 'cannot be distinguished from',
  }[verdict];
  return `${challenger} ${words} ${champion}: ${figure(rows)} rows, ${composition.words}.`;
}

export const FOOTNOTE = '* decides. A difference is positive where the challenger is better.';

/** Rows that were not compared, a sentence for each reason. */
export function leftOut({ unusable, unmatched, files }: ModelsCompared): string[] {
  const lone = [unmatched.champion, unmatched.challenger].flatMap((count, at) =>
    count > 0
      ? [`Left out ${plural(count, 'row')} of ${files[at]} whose key the other file lacks.`]
      : [],
  );
  return unusable > 0
    ? [...lone, `Left out ${plural(unusable, 'row')} without a label or a finite score.`]
    : lone;
}

export function evaluateInText(found: ModelsCompared): string {
  const words = wordsOf(found);
  const table = inColumns([HEAD, ...found.metrics.map((one) => cellsOf(one, words))], [0, 6]);
  return `${headline(found)}\n\n${table}\n\n${FOOTNOTE}\n`;
}
