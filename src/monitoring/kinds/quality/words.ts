import { figure, percent } from '../../../core/figures.ts';
import type { Signal } from './signals.ts';

/** What a check is about, for tables and charts. */
export function nameOf({ check, column }: Signal): string {
  const what = {
    null: 'null values',
    nan: 'values that are not numbers',
    infinite: 'infinite values',
    unseen: 'values never seen in training',
    outside: 'values outside the training range',
    range: 'declared range',
    unknown: 'features unknown to the version',
    gone: 'features no longer declared',
    volume: 'rows',
  }[check];
  return column === undefined ? what : `${column}: ${what}`;
}

export function foundIn({ check, found, names = [] }: Signal): string {
  if (check === 'unknown' || check === 'gone') return names.join(', ');
  if (found === undefined) return '–';
  return check === 'range' || check === 'volume' ? figure(found) : percent(found);
}

export function usualIn({ check, usual }: Signal): string {
  if (check === 'unknown' || check === 'gone') return 'none';
  if (usual === undefined) return '–';
  if (check === 'range') return `bound ${figure(usual)}`;
  return check === 'volume' ? `usually ${figure(usual)}` : percent(usual);
}

/** The same in a sentence, without a full stop. */
export function sentenceOf(signal: Signal): string {
  const { check, column = '', found } = signal;
  const [is, was] = [foundIn(signal), usualIn(signal)];
  switch (check) {
    case 'null':
      return found === 1
        ? `${column} is null in every row (${was} in the training data)`
        : `${is} of ${column} is null (${was} in the training data)`;
    case 'nan':
      return `${is} of ${column} is not a number (${was} in the training data)`;
    case 'infinite':
      return `${is} of ${column} is infinite (${was} in the training data)`;
    case 'unseen':
      return `${is} of ${column} was never seen in training (${was} expected)`;
    case 'outside':
      return `${is} of ${column} lies outside the range of the training data`;
    case 'range':
      return `${column} has the value ${is}, beyond its declared ${was}`;
    case 'unknown':
      return `the configuration declares ${is}, which the version was trained without`;
    case 'gone':
      return `the version was trained with ${is}, which the configuration no longer declares`;
    case 'volume':
      return `${is} rows came, where ${was.replace('usually ', '')} are usual at this time of the week`;
  }
}
