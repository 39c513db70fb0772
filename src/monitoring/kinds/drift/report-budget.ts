import { span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import { budgetWords, timeOfBudget } from '../../budget.ts';
import type { BudgetAlarm, DriftEvidence } from './evidence.ts';
import { certifiedWords, odds, sinceWords } from './words.ts';

/** The text of an alarm of a budget. */
export function reportBudget(
  evidence: DriftEvidence,
  alarm: BudgetAlarm,
  { model, version, window, newest = window }: Alarm,
): Report {
  const names = alarm.moved.map(({ column }) => column);
  const what = new Intl.ListFormat('en-GB').format(names);
  const since = sinceWords(alarm.since, alarm.windowHours);
  const share = { falseAlarms: alarm.falseAlarms, monitors: alarm.sharedBy ?? 1 };
  const time = timeOfBudget(share);
  const summary = [
    `${what} ${names.length === 1 ? 'has' : 'have'} changed since about ${since}, compared with what v${version} was trained on.`,
    `Evidence ${odds(alarm.evidence)}; an alarm needs ${odds(alarm.budget)}, which would be expected once in ${time} if nothing had changed (${budgetWords(share)}).`,
    ...(alarm.certified ? certifiedWords(alarm.certified) : []),
    'The alarm has set the evidence back to nothing.',
    `Drift alone does not tell whether the predictions of ${model} have become worse.`,
  ].join(' ');
  return {
    title: `Data drift: ${model}`,
    summary,
    table: { columns: ['Column', 'Change', 'Evidence', 'PSI'], rows: rowsOf(evidence, alarm) },
    again: {
      title: `Still drifted in ${span(newest)}.`,
      text: `${what}, since about ${since}. Evidence ${odds(alarm.evidence)}.`,
    },
    over: {
      title: `Drift resolved: ${model}`,
      text: `It had drifted since about ${since}. Now the data looks like the training data again. The alert said: ${summary}`,
    },
    caution: 'Put the previous version back? An older model rarely handles drifted data better.',
  };
}

/** The columns that moved, the strongest first, then the others. */
function rowsOf({ columns, rows }: DriftEvidence, { moved }: BudgetAlarm): string[][] {
  const psiOf = (name: string) =>
    columns.find((column) => column.name === name)?.psi?.toFixed(3) ?? '–';
  const others = columns.filter(({ name }) => !moved.some(({ column }) => column === name));
  return [
    ...moved.map(({ column, gauge, direction, evidence }) => [
      column,
      `${WORDS[gauge] ?? gauge} ${direction}`,
      odds(evidence),
      psiOf(column),
    ]),
    ...(rows === 0 ? [] : others.map(({ name }) => [name, '–', '–', psiOf(name)])),
  ];
}

const WORDS: Readonly<Record<string, string>> = {
  location: 'values',
  spread: 'spread',
  unseen: 'new values',
  null: 'missing values',
  unusable: 'NaN and infinite values',
};
