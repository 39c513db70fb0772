import type { Table } from '../core/card.ts';
import { type Causes, isHarmful, SURE } from '../core/causes.ts';
import { figure, percent, rounded } from '../core/figures.ts';
import type { Alert } from '../core/ports/alerts.ts';

/* What explains an alert, in words. Effects are on the loss: a plus is worse. */

const NAMED = 3;

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${rounded(Math.abs(value))}`;

/** A monitor of columns tells better itself how far each has moved. */
export const shownCauses = ({ causes, grade }: Pick<Alert, 'causes' | 'grade'>) =>
  causes?.by === 'effect' || grade === 'harm' ? causes : undefined;

/** For the card of an alert, in one line: `/why` has the slices and the PSI. Undefined if nothing is to be said. */
export function causesFact(causes: Causes): string | undefined {
  const { by, columns, metric } = causes;
  const moved = columns.filter((column) => column.moved);
  if (by === 'drift' || !metric) {
    const named = moved.slice(0, NAMED).map(({ name, psi }) => `${name} (PSI ${psi.toFixed(2)})`);
    return named.length === 0
      ? undefined
      : `moved most: ${named.join(', ')}. Too few labels to tell which of them does harm`;
  }
  const worse = changeOf(metric);
  const named = moved
    .filter(isHarmful)
    .slice(0, NAMED)
    .map(({ name, effect = 0 }) => `${name} ${signed(effect)}`);
  if (named.length > 0) return `${named.join(', ')} of ${signed(worse)} in ${metric.words}`;
  if (moved.length === 0) return `no column moved; ${metric.words} changed by ${signed(worse)}`;
  const names = moved.slice(0, NAMED).map(({ name }) => name);
  return `${names.join(', ')} moved, with no certain effect on ${metric.words}`;
}

/** In the metric's unit, a plus is worse. */
const changeOf = ({ higherIsBetter, now, evaluated }: NonNullable<Causes['metric']>): number =>
  higherIsBetter ? evaluated - now : now - evaluated;

function worstOf({ slices = [] }: Causes): string[] {
  return slices
    .slice(0, NAMED)
    .map(
      ({ column, value, metric, rows }) =>
        `${column} ${value} (${rounded(metric)}, ${figure(rows)} rows)`,
    );
}

/** For who asks why: what the ranking is by, and what it does not tell. */
export function causesText(causes: Causes): string {
  const { by, metric, rows } = causes;
  if (by === 'drift' || !metric)
    return 'Columns are ranked by how far they moved: there are too few labels yet to say which of them does harm.';
  const worst = worstOf(causes);
  return [
    `Columns that moved come first, by their effect on ${metric.words}: how much of the change of ${signed(changeOf(metric))} since the evaluation (${rounded(metric.evaluated)} to ${rounded(metric.now)}, on ${figure(rows)} labelled rows) comes from rows that have other values now. A plus is worse. Columns that moved together share an effect, so effects do not add up.`,
    ...(worst.length > 0 ? [`Worse than all other rows: ${worst.join('; ')}.`] : []),
  ].join(' ');
}

export function causesTable({ by, metric, columns }: Causes): Table {
  if (by === 'drift' || !metric)
    return {
      columns: ['Column', 'PSI', 'Moved'],
      rows: columns.map(({ name, psi, moved }) => [name, psi.toFixed(3), moved ? 'yes' : 'no']),
    };
  const unit = metric.unit === undefined ? '' : ` (${metric.unit})`;
  return {
    columns: ['Column', `Effect on ${metric.words}${unit}`, '±', 'PSI', 'Most of it'],
    rows: columns.map(({ name, effect = 0, error = 0, psi, moved, most }) => [
      name,
      signed(effect),
      rounded(SURE * error),
      `${psi.toFixed(3)}${moved ? '' : ', not moved'}`,
      most ? `${most.label}: ${percent(most.before)} to ${percent(most.now)} of rows` : '–',
    ]),
  };
}
