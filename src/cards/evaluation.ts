import type { Card, Fact, Table } from '../core/card.ts';
import type {
  Curve,
  Decision,
  EvaluationReport,
  Slice,
  Slices,
} from '../core/evaluation-report.ts';
import {
  carried,
  carriedDifference,
  figure,
  percent,
  plural,
  pValue,
  rounded,
  span,
} from '../core/figures.ts';
import { withinSentence } from '../core/metrics.ts';
import type { Evaluation, Version } from '../core/ports/versions.ts';
import { figures } from '../tasks/words.ts';

const MOST_ROWS = 15;

interface Shown {
  version: Version;
  evaluation: Evaluation;
  /** Words and unit of the metric that slices are compared by. */
  metric: { words: string; unit: string | undefined };
  /** Only the slices of this column. */
  by?: string | undefined;
}

/** How a version was evaluated: figures, its weak slices, calibration, errors, and the threshold for a cost. */
export function evaluationCard({ version, evaluation, metric, by }: Shown): Card {
  const { dataset, metrics, unit, report } = evaluation;
  const facts: Fact[] = [
    { label: 'Held-out result', value: figures(metrics, 4, unit) },
    { label: 'Evaluated on', value: `${figure(dataset.rows)} rows, ${span(dataset.window)}` },
  ];
  const card: Card = {
    title: `Evaluation of ${version.model} v${version.number}`,
    tone: 'note',
    facts,
    footer: version.run,
  };
  if (!report)
    return {
      ...card,
      text: 'This version was evaluated before slices and calibration were measured. Train it again to have them.',
    };
  const table = report.slices && slicesTable(report.slices, metric, by);
  return {
    ...card,
    tone: report.slices?.found.some(({ isWeak }) => isWeak) ? 'warning' : 'note',
    text: sentences(report, metric, unit).join('\n'),
    ...(table && { table }),
  };
}

/** The weakest slice in a line, for the message of a training; undefined if none is certainly weak. */
export function weakestSlice(
  { slices }: EvaluationReport,
  metric: Shown['metric'],
): string | undefined {
  const worst = slices?.found[0];
  if (!worst?.isWeak) return undefined;
  return `${nameOf(worst)}: ${compared(worst, metric)}, ${figure(worst.rows)} rows`;
}

const nameOf = ({ column, value }: Slice): string => `${column} = ${value}`;

function compared(slice: Slice, { words, unit }: Shown['metric']): string {
  const interval = slice.worse;
  const behind = unit === undefined ? '' : ` ${unit}`;
  return `${withinSentence(words)} ${carried(slice.inside, interval)}${behind}, ${carried(slice.outside, interval)}${behind} elsewhere`;
}

function sentences(
  { slices, calibration, curves = [], decision, confusion, residuals }: EvaluationReport,
  metric: Shown['metric'],
  unit: string | undefined,
): string[] {
  const lines = [
    slices
      ? sliceSentence(slices, metric)
      : 'Slices: not compared, as no metric of the task is a mean over rows.',
  ];
  if (calibration) {
    const about =
      calibration.of === 'share'
        ? `predicted probabilities and observed shares differ by ${percent(calibration.error)} on average`
        : `predicted and actual values differ by ${rounded(calibration.error)}${unit ? ` ${unit}` : ''} on average`;
    lines.push(
      `Calibration: ${about}, over ${plural(calibration.bins.length, 'group')} of predictions.`,
    );
  }
  if (curves.length > 0) lines.push(curvesSentence(curves));
  if (decision) lines.push(decisionSentence(decision));
  if (confusion) lines.push(confusionSentence(confusion));
  if (residuals)
    lines.push(
      `Errors: half of them are between ${signed(residuals.p25)} and ${signed(residuals.p75)}${unit ? ` ${unit}` : ''}, 90% between ${signed(residuals.p5)} and ${signed(residuals.p95)} (actual minus predicted).`,
    );
  return lines;
}

function sliceSentence(slices: Slices, metric: Shown['metric']): string {
  const { found, tested } = slices;
  const weak = found.filter(({ isWeak }) => isWeak);
  const [worst] = weak;
  if (tested === 0) return 'Slices: too few rows to compare any with the others.';
  if (!worst)
    return `Slices: none of ${tested} is certainly worse than the other rows by ${withinSentence(metric.words)}.`;
  const { by, low, high } = worst.worse;
  return `Slices: ${weak.length} of ${tested} ${weak.length === 1 ? 'is' : 'are'} worse than the other rows. The weakest is ${nameOf(worst)}: ${compared(worst, metric)} (worse by ${carried(by, worst.worse)}, ${carried(low, worst.worse)} to ${carried(high, worst.worse)}; ${figure(worst.rows)} rows).`;
}

/** The order of rows by score: of yes, or of the classes that it orders best and worst. */
function curvesSentence(curves: readonly Curve[]): string {
  const sorted = curves.toSorted((a, b) => b.auc - a.auc);
  const said = [...new Set([sorted[0], sorted.at(-1)])].flatMap((curve) =>
    curve
      ? [
          `${curve.of} AUC ${rounded(curve.auc)}, average precision ${rounded(curve.averagePrecision)} (${percent(curve.positives / curve.rows)} of the rows are ${curve.of})`,
        ]
      : [],
  );
  return `Ranking: ${said.join(' at best; ')}${said.length > 1 ? ' at worst' : ''}.`;
}

function decisionSentence({ cost, implied, best, usual }: Decision): string {
  return `Threshold: if a false alarm costs ${figure(cost.fp)} and a miss ${figure(cost.fn)}, answer yes from a score of ${rounded(implied.at)}. A row then costs ${rounded(implied.cost)} on average, and ${rounded(usual.cost)} at ${rounded(usual.at)}. On these rows ${rounded(best.at)} was cheapest (${rounded(best.cost)}).`;
}

function confusionSentence({
  classes,
  counts,
}: NonNullable<EvaluationReport['confusion']>): string {
  const mistakes = counts
    .flatMap((row, of) => row.map((rows, as) => ({ rows, of, as })))
    .filter(({ rows, of, as }) => of !== as && rows > 0)
    .sort((a, b) => b.rows - a.rows)
    .slice(0, 2)
    .map(
      ({ rows, of, as }) =>
        `${figure(rows)} ${rows === 1 ? 'row' : 'rows'} of ${classes[of]} predicted as ${classes[as]}`,
    );
  return mistakes.length === 0
    ? 'Mistakes: none.'
    : `Most frequent mistakes: ${mistakes.join(', ')}.`;
}

function slicesTable(
  { found, tested, overall, higherIsBetter }: Slices,
  { words, unit }: Shown['metric'],
  by: string | undefined,
): Table | undefined {
  const chosen = by === undefined ? found : found.filter(({ column }) => column === by);
  if (chosen.length === 0) return undefined;
  const heading = unit === undefined ? words : `${words} (${unit})`;
  const better = higherIsBetter ? 'higher is better' : 'lower is better';
  return {
    caption: `Slices${by === undefined ? '' : ` by ${by}`}, weakest first; ${heading} of all rows ${rounded(overall)}, ${better}; p adjusted for ${tested} slices`,
    columns: ['Slice', 'Rows', heading, 'Elsewhere', 'Worse by (95% interval)', 'p'],
    rows: chosen.slice(0, MOST_ROWS).map((slice) => {
      const { rows, inside, outside, worse, adjustedP } = slice;
      return [
        nameOf(slice),
        figure(rows),
        carried(inside, worse),
        carried(outside, worse),
        `${carriedDifference(worse.by, worse)} (${carriedDifference(worse.low, worse)} to ${carriedDifference(worse.high, worse)})`,
        pValue(adjustedP),
      ];
    }),
  };
}

/** Three digits: a quantile carries no more. */
const signed = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Number(Math.abs(value).toPrecision(3))}`;
