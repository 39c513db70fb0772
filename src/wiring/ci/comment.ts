import { gatesOf } from '../../cards/gates.ts';
import {
  carried,
  carriedDifference,
  figure,
  percent,
  plural,
  pValue,
  span,
} from '../../core/figures.ts';
import { isFailed } from '../../core/judged-gate.ts';
import { folded, plain, table } from '../../core/markdown.ts';
import type { Verdict } from '../../core/verdict.ts';
import { figures, metricOf } from '../../tasks/words.ts';
import type { Checked } from './check.ts';
import { drawn } from './drawn.ts';
import type { Picture } from './pictures.ts';

/** More would not be read; `result.json` has all. */
const MOST_METRICS = 30;
const MOST_SLICES = 10;
const MOST_WARNINGS = 20;
/** Characters of a log: a comment has 65,536 at most. The end says what failed. */
const MOST_LOG = 8000;

/** Found again by it, so that a new comment replaces the old one. */
const marker = (model: string): string => `<!-- wheelhouse-ci: ${model} -->`;

interface Shown {
  pictures: readonly Picture[];
  /** Where the pictures can be seen; undefined: only beside the comment. */
  chartsUrl: string | undefined;
  unitOf(metric: string): { words: string; unit: string | undefined };
}

/** The comment under a change: everything that pictures show is in tables too. */
export function commentOn(found: Checked, shown: Shown): string {
  const { comparison, report, warnings } = found;
  return [
    marker(found.model),
    `### ${titleOf(found)}`,
    factsOf(found),
    gatesIn(found),
    ...(comparison ? [comparisonIn(found, comparison, shown)] : []),
    ...(report.slices ? slicesIn(report.slices, shown) : []),
    ...(report.calibration ? calibrationIn(report.calibration) : []),
    ...picturesIn(shown),
    ...(warnings.length > 0
      ? [folded(plural(warnings.length, 'warning'), listed(warnings, MOST_WARNINGS))]
      : []),
    '',
  ].join('\n\n');
}

function titleOf({ model, environment, gates }: Checked): string {
  const failed = gates.filter(isFailed);
  return failed.length === 0
    ? `✅ ${model} passed the gates for ${environment}`
    : `❌ ${model} did not pass the gates for ${environment}: ${failed.map(({ name }) => plain(name)).join(', ')}`;
}

/** The comment under a change whose model cannot be trained. `why` may have several lines. */
export function commentOnFailure(model: string, log: string): string {
  const why = log.slice(-MOST_LOG);
  const fence = '`'.repeat(Math.max(3, ...[...why.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const text = `${fence}text\n${why}\n${fence}`;
  return [marker(model), `### ❌ ${model} cannot be trained`, text, ''].join('\n\n');
}

const VERDICTS: Record<Verdict, string> = {
  better: 'better than',
  'not worse': 'not worse than',
  worse: '**worse** than',
  inconclusive: 'not told apart from',
};

/** How it compares with the champion, as a sentence. */
function comparedWith({ champion, comparison }: Checked): string {
  if (!champion)
    return 'It was compared with no other model, so gates that compare were not judged or passed.';
  if (comparison)
    return `On the same ${figure(comparison.rows)} rows it is ${VERDICTS[comparison.verdict]} ${plain(champion.name)}.`;
  return `It could not be compared: ${plain(champion.problem ?? 'nothing was compared.')}`;
}

function factsOf(found: Checked): string {
  const { trained, heldOut, metrics, unit, parameters } = found;
  const { rows, sample, window } = trained;
  const part = sample < rows ? `a sample of ${figure(sample)} of ${figure(rows)}` : figure(rows);
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return [
    `${comparedWith(found)} Nothing was registered.`,
    '',
    `- **Trained on** ${part} rows, ${span(window)}${given.length > 0 ? `, with ${plain(given.join(', '))}` : ''}`,
    `- **Evaluated on** ${figure(heldOut.rows)} rows, ${span(heldOut.window)}, ${plain(heldOut.composition)}`,
    `- **Result** ${plain(figures(metrics, 8, unit))}`,
  ].join('\n');
}

function gatesIn({ model, gates, later }: Checked): string {
  const { columns, rows } = gatesOf(model, gates).table;
  const after =
    later.length > 0
      ? `\n\nJudged when a promotion is requested, as they need a registered version: ${[...new Set(later)].join(', ')}.`
      : '';
  return `#### Gates\n\n${table(
    columns,
    rows.map((row) => row.map(plain)),
  )}${after}`;
}

function comparisonIn(
  { champion }: Checked,
  { metrics }: NonNullable<Checked['comparison']>,
  { unitOf }: Shown,
): string {
  const shown = metrics.slice(0, MOST_METRICS);
  const reach = (unit: string | undefined) =>
    Math.max(
      0,
      ...shown
        .filter(({ name }) => unitOf(name).unit === unit)
        .flatMap(({ low, high }) => [Math.abs(low ?? 0), Math.abs(high ?? 0)]),
    );
  const rows = shown.map((metric) => {
    const { name, delta, low, high, p, leastP, primary, verdict } = metric;
    const { words, unit } = unitOf(name);
    const number = (value: number | undefined) =>
      value === undefined ? '–' : carried(value, metric);
    const interval =
      delta !== undefined && low !== undefined && high !== undefined
        ? { delta, low, high }
        : undefined;
    return [
      `${plain(words)}${unit === undefined ? '' : ` (${plain(unit)})`}${primary ? ' **\\***' : ''}`,
      ...[number(metric.champion), number(metric.challenger)],
      delta === undefined ? '–' : carriedDifference(delta, metric),
      interval
        ? `${carriedDifference(interval.low, interval)} to ${carriedDifference(interval.high, interval)}`
        : '–',
      p === undefined ? '–' : pValue(p, leastP),
      verdict,
      interval ? drawn(interval, reach(unit)) : '',
    ];
  });
  const name = plain(champion?.name ?? 'champion');
  const head = ['Metric', name, 'This change', 'Difference', '95% interval', 'p', 'Verdict', ''];
  const rest = metrics.length - shown.length;
  return [
    `#### Compared with ${name}`,
    table(head, rows, [1, 2, 3, 5]),
    `\\* decides. A difference is positive (right of ┃) where this change is better.${rest > 0 ? ` ${plural(rest, 'more metric')} in result.json.` : ''}`,
  ].join('\n\n');
}

type Report = Checked['report'];

function slicesIn(slices: NonNullable<Report['slices']>, { unitOf }: Shown): string[] {
  const { found, tested, metric } = slices;
  if (found.length === 0) return [];
  const rows = found
    .slice(0, MOST_SLICES)
    .map(({ column, value, worse, ...slice }) => [
      plain(`${column} = ${value}`),
      figure(slice.rows),
      ...[carried(slice.inside, worse), carried(slice.outside, worse)],
      `${carriedDifference(worse.by, worse)} (${carriedDifference(worse.low, worse)} to ${carriedDifference(worse.high, worse)})`,
      pValue(slice.adjustedP),
    ]);
  const weak = found.filter(({ isWeak }) => isWeak).length;
  const head = ['Slice', 'Rows', plain(unitOf(metric).words), 'Elsewhere', 'Worse by', 'p'];
  const title = `Slices: ${weak} of ${tested} certainly worse than the other rows`;
  return [folded(title, table(head, rows, [1, 2, 3, 5]))];
}

function calibrationIn({ bins, error, of }: NonNullable<Report['calibration']>): string[] {
  const rows = bins.map((bin) => [
    figure(bin.rows),
    ...[carried(bin.predicted, bin), carried(bin.actual, bin)],
    `${carried(bin.low, bin)} to ${carried(bin.high, bin)}`,
  ]);
  const off = of === 'share' ? percent(error) : figure(error);
  const title = `Calibration: predicted and observed differ by ${off} on average`;
  const head = ['Rows', 'Predicted', 'Observed', '95% interval'];
  return [folded(title, table(head, rows, [0, 1, 2]))];
}

function picturesIn({ pictures, chartsUrl }: Shown): string[] {
  if (pictures.length === 0) return [];
  if (chartsUrl === undefined)
    return [`Charts, beside this comment: ${pictures.map(({ file }) => file).join(', ')}.`];
  const base = chartsUrl.replace(/\/+$/, '');
  return pictures.map(({ file, alt }) => `![${plain(alt)}](${base}/${file})`);
}

function listed(lines: readonly string[], most: number): string {
  const rest = lines.length - most;
  return [
    ...lines.slice(0, most).map((line) => `- ${plain(line)}`),
    ...(rest > 0 ? [`- ${rest} more in result.json`] : []),
  ].join('\n');
}

/** How a metric of the checked model is written. */
export const wordsFor =
  (spec: Parameters<typeof metricOf>[1]): Shown['unitOf'] =>
  (name) =>
    metricOf(name, spec);
