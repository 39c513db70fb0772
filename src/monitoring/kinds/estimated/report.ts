import { figure, rounded, span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import { budgetWords, timeOfBudget } from '../../budget.ts';
import { odds } from '../drift/words.ts';
import type { EstimatedEvidence } from './measurement.ts';

const BLIND =
  'The estimate assumes that a score still means what it meant at the evaluation: it is blind to concept drift.';

const LABELLED =
  'The estimate is corrected by the labels there are. That assumes that predictions with labels are as good as the others.';

/** The text of an alert about estimated performance. */
export function report(evidence: EstimatedEvidence, alert: Alarm): Report {
  const { model, version, window, newest = window } = alert;
  const { metrics, rows, watched, limit, labelled = 0 } = evidence;
  const found = watched
    ? `${watched.words} of v${version} is estimated at ${rounded(watched.value)} ± ${rounded(3 * watched.error)} ` +
      `(${figure(rows)} predictions, ${labelled > 0 ? `${figure(labelled)} of them with labels` : 'without labels'}); at its evaluation it was ${rounded(watched.evaluated)}` +
      `${limit === undefined ? '' : `, and the limit is ${rounded(limit)}`}.`
    : 'The estimate is worse than at the evaluation.';
  const summary = `${found} ${certainty(evidence)} ${labelled > 0 ? LABELLED : BLIND}`;
  return {
    title: `${model} is estimated to predict worse than at its evaluation`,
    summary,
    table: {
      columns: ['Figure', 'Estimated', '± 3 standard errors', 'At the evaluation'],
      rows: metrics.map(({ words, value, error, evaluated }) => [
        words,
        rounded(value),
        error === undefined ? '–' : rounded(3 * error),
        evaluated === undefined ? '–' : rounded(evaluated),
      ]),
    },
    again: { title: `Still estimated to be worse in ${span(newest)}.`, text: found },
    over: {
      title: `The estimated performance of ${model} is back to normal`,
      text: `It was worse from ${span(window)}. The alert said: ${summary}`,
    },
    caution:
      'Put the previous version back into production? It gets the same requests: compare the two first, as soon as there are labels.',
  };
}

/** How strong the evidence is, and how often so much of it would be found by chance. */
function certainty({
  odds: found,
  falseAlarms,
  sharedBy: monitors = 1,
  need,
  of,
}: EstimatedEvidence) {
  if (found === undefined || falseAlarms === undefined)
    return `This was found in at least ${need} of the last ${of} windows.`;
  const time = timeOfBudget({ falseAlarms, monitors });
  return `The evidence that it is beyond the limit is ${odds(found)}, expected once in ${time} if nothing had changed (${budgetWords({ falseAlarms, monitors })}).`;
}
