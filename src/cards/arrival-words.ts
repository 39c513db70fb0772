import { figure, moment, percent } from '../core/figures.ts';
import { oneLine } from '../core/one-line.ts';
import type { ArrivalCheck, Problem } from '../core/ports/arrivals.ts';

const MOST = 5;

/** The result of a check in a cell of a table. */
export function checkInWords({ status, problems }: ArrivalCheck): string {
  if (status === 'ok') return 'passed';
  if (status === 'not applied') return 'nothing to compare with';
  const lines = problems.slice(0, MOST).map(problemInWords);
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

/** One problem as a sentence. */
export function problemInWords(problem: Problem): string {
  const column = 'column' in problem ? `"${oneLine(problem.column)}"` : '';
  switch (problem.kind) {
    case 'missing column':
      return `There is no column ${column}.`;
    case 'new column':
      return `The column ${column} is new.`;
    case 'type':
      return `${column} has the type ${problem.type}; before, it had ${problem.before}.`;
    case 'no number':
      return `${column} is declared as a number, but holds ${quoted(problem.example)} (${rows(problem.rows)}).`;
    case 'few rows':
      return `It has ${rows(problem.rows)}, and at least ${figure(problem.least)} are expected.`;
    case 'volume':
      return `It has ${rows(problem.rows)}; earlier arrivals had about ${figure(problem.usual)}.`;
    case 'nulls':
      return `${column} is missing in ${percent(problem.share)} of the rows; at most ${percent(problem.most)} are allowed.`;
    case 'label':
      return `The label ${column} is ${quoted(problem.example)}, which the model does not know (${rows(problem.rows)}).`;
    case 'no time':
      return `No time of a row can be read from the column ${column}.`;
    case 'old':
      return `Its newest row is of ${moment(problem.newest)} UTC, ${figure(Math.floor(problem.days))} days ago.`;
    case 'future':
      return `Its newest row is of ${moment(problem.newest)} UTC, which is in the future.`;
    case 'drift':
      return `${column} is distributed differently from the training data of v${problem.version} (PSI ${problem.psi.toFixed(2)}).`;
  }
}

const rows = (count: number): string => `${figure(count)} ${count === 1 ? 'row' : 'rows'}`;
const quoted = (text: string): string => JSON.stringify(oneLine(text).slice(0, 60));
