import { figure, span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import type { QualityEvidence } from './judge.ts';
import { foundIn, nameOf, sentenceOf, usualIn } from './words.ts';

/** How many problems the text names; the table has all. */
const NAMED = 3;

/** The text of a data quality alert. */
export function report(evidence: QualityEvidence, alarm: Alarm): Report {
  const { model, version, window, newest = window } = alarm;
  const { rows, need, of, signals, insufficient } = evidence;
  const named = signals.slice(0, NAMED).map(sentenceOf);
  const more = signals.length - named.length;
  const problems = [...named, ...(more > 0 ? [`${more} more in the table`] : [])].join('; ');
  const summary = [
    `${sentence(problems)}, in at least ${need} of the last ${of} windows (${figure(rows)} rows of v${version} in this one).`,
    ...(insufficient.includes('columns')
      ? ['There were too few rows to check the columns of this window.']
      : []),
    'Check what sends the data first: retraining on it would teach the model the fault.',
  ].join(' ');
  return {
    title: `${model} gets bad data`,
    summary,
    table: {
      columns: ['Check', 'Found', 'Expected', 'Verdict'],
      rows: signals.map((signal) => [
        nameOf(signal),
        foundIn(signal),
        usualIn(signal),
        signal.status,
      ]),
    },
    again: { title: `Still bad in ${span(newest)}.`, text: `${sentence(problems)}.` },
    over: {
      title: `The data of ${model} is good again`,
      text: `It was bad from ${span(window)}; the newest windows pass all checks. The alert said: ${summary}`,
    },
    caution:
      'Put the previous version back into production? It gets the same data, so it rarely helps against bad data.',
  };
}

/** Names of columns keep their case. */
function sentence(text: string): string {
  return text.startsWith('the ') ? `The ${text.slice(4)}` : text;
}
