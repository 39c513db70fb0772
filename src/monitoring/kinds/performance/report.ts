import { figure, moment, percent, rounded, span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import { budgetWords, timeOfBudget } from '../../budget.ts';
import type { PerformanceEvidence, Risk, Slice } from './measurement.ts';

const HOUR_MS = 3_600_000;
/** How many slices the text names; the table has all. */
const NAMED = 3;
/** A slice is worse than the other rows if its adjusted p is at most this. */
const ALPHA = 0.05;

/** The metric that a mean loss in units of `most` is. */
export function metricOf({ higherIsBetter, most }: Risk, loss: number): number {
  return higherIsBetter ? 1 - loss * most : loss * most;
}

const nameOf = ({ column, value }: Slice): string => `${column} ${value ?? '(none)'}`;

/** The text of a performance alert. */
export function report(evidence: PerformanceEvidence, alert: Alarm): Report {
  const { model, version, window, newest = window } = alert;
  const found = foundIn(evidence, version);
  const summary = [found, worst(evidence), maturity(evidence, newest)].filter(Boolean).join(' ');
  const { metrics, slices, risk } = evidence;
  return {
    title: `${model} predicts worse than at its evaluation`,
    summary,
    table: {
      columns: ['Figure', 'This window', 'At the evaluation', 'Labels'],
      rows: [
        ...metrics.map(({ words, value, evaluated }) => [
          words,
          value === undefined ? '–' : rounded(value),
          evaluated === undefined ? '–' : rounded(evaluated),
          figure(evidence.labelled),
        ]),
        ...slices.map((slice) => [
          `${risk?.words ?? 'Loss'} of ${nameOf(slice)}${slice.p <= ALPHA ? ', worse than the rest' : ''}`,
          risk ? rounded(metricOf(risk, slice.loss)) : '–',
          '–',
          figure(slice.rows),
        ]),
      ],
    },
    again: { title: `Still worse in ${span(newest)}.`, text: found },
    over: {
      title: `${model} predicts as well as at its evaluation again`,
      text: `It was worse from ${span(window)}; the newest windows are within the limit. The alert said: ${summary}`,
    },
    caution:
      'Put the previous version back into production? Compare the two on newer rows first: it may be no better.',
  };
}

function foundIn(
  { risk, alarm, falseAlarms, sharedBy: monitors = 1 }: PerformanceEvidence,
  version: number,
): string {
  if (!risk || !alarm) return 'Its predictions are worse than at its evaluation.';
  const share = { falseAlarms, monitors };
  const tell = (loss: number) => rounded(metricOf(risk, loss));
  const [least, limit] = risk.higherIsBetter ? ['at most', 'below'] : ['at least', 'above'];
  return (
    `${risk.words} of v${version} is ${tell(alarm.loss)} over ${figure(alarm.labelled)} labelled predictions since ` +
    `${moment(new Date(alarm.since))}; at its evaluation it was ${tell(risk.evaluated)}. It is ${least} ` +
    `${tell(alarm.lower)}, ${limit} the limit of ${tell(alarm.limit)}. If nothing had changed, such an alarm would be ` +
    `expected at most once in ${timeOfBudget(share)} (${budgetWords(share)}).`
  );
}

function worst({ slices, risk }: PerformanceEvidence): string {
  const named = slices.filter(({ p }) => p <= ALPHA).slice(0, NAMED);
  if (!risk || named.length === 0) return '';
  const words = named.map((slice) => `${nameOf(slice)} (${rounded(metricOf(risk, slice.loss))})`);
  return `Worse than the rest: ${words.join(', ')}.`;
}

/** How many labels there are, and whether more are expected. */
function maturity(evidence: PerformanceEvidence, { to }: { to: Date }): string {
  const { rows, labelled, matureAfterHours } = evidence;
  const mature = new Date(to.getTime() + matureAfterHours * HOUR_MS);
  const share = rows > 0 ? percent(labelled / rows) : '0%';
  const rest =
    labelled < rows
      ? `; labels that come later change the figures, most of them until ${moment(mature)}`
      : '';
  return `${share} of the predictions of the newest window have labels${rest}.`;
}
