import { figure, pValue, span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import { type DriftEvidence, driftedOf } from './evidence.ts';
import { reportBudget } from './report-budget.ts';

/** The text of a drift alert. */
export function report(evidence: DriftEvidence, alarm: Alarm): Report {
  if (evidence.alarm) return reportBudget(evidence, evidence.alarm, alarm);
  const { model, window, newest = window } = alarm;
  const drifted = driftedOf(evidence);
  const summary = summaryOf(evidence, drifted, alarm);
  return {
    title: `Data drift: ${model}`,
    summary,
    table: { columns: ['Column', 'PSI', 'Adjusted p', 'Verdict'], rows: rowsOf(evidence) },
    again: { title: `Still drifted in ${span(newest)}.`, text: `${inShort(drifted)}.` },
    over: {
      title: `Drift resolved: ${model}`,
      text: `It had drifted from ${span(window)}. Since then the data looks like the training data again. The alert said: ${summary}`,
    },
    caution: 'Put the previous version back? An older model rarely handles drifted data better.',
  };
}

function summaryOf(
  { rows, need, of }: DriftEvidence,
  drifted: DriftEvidence['columns'],
  { model, version }: Alarm,
): string {
  if (drifted.length === 0) return `The data of ${model} v${version} has drifted.`;
  const what = new Intl.ListFormat('en-GB').format(drifted.map(({ name }) => name));
  const windows = need && of ? `, in at least ${need} of the last ${of} windows` : '';
  return [
    `${what} ${drifted.length === 1 ? 'looks' : 'look'} different from what v${version} was trained on${windows}`,
    `(${figure(rows)} rows in this one; ${inShort(drifted)}).`,
    `Drift alone does not tell whether the predictions of ${model} have become worse.`,
  ].join(' ');
}

function inShort(drifted: DriftEvidence['columns']): string {
  return drifted
    .map(
      ({ name, psi, adjustedP }) =>
        `${name} PSI ${psi === undefined ? 'n/a' : psi.toFixed(2)}, p ${adjustedP === undefined ? 'n/a' : pValue(adjustedP)}`,
    )
    .join('; ');
}

function rowsOf({ columns }: DriftEvidence): string[][] {
  return columns.map(({ name, psi, adjustedP, drifted, status }) => [
    name,
    psi === undefined ? '–' : psi.toFixed(3),
    adjustedP === undefined ? '–' : pValue(adjustedP),
    drifted ? 'drifted' : status === 'insufficient data' ? status : 'no drift',
  ]);
}
