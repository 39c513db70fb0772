import type { TrainingEvidence } from '../../../core/gate.ts';
import { beside, count, percent } from '../words.ts';

/** What one check of the training data found; `change` if it failed. */
export interface Checked {
  name: string;
  value: string;
  limit: string;
  words: string;
  change?: string;
}

export function enoughRows({ rows }: TrainingEvidence, least: number): Checked {
  const base = { name: 'rows', value: count(rows), limit: `at least ${count(least)}` };
  const words = `The training window has ${count(rows)} rows; at least ${count(least)} are needed.`;
  if (rows >= least) return { ...base, words };
  return { ...base, words, change: `Train on ${count(least - rows)} more rows: a longer window.` };
}

/** The feature with the largest share of missing values decides. */
export function fewNulls({ nulls }: TrainingEvidence, most: number): Checked {
  const worst = Object.entries(nulls).toSorted(([, a], [, b]) => b - a)[0] ?? ['none', 0];
  const [feature, share] = worst;
  const limit = `at most ${percent(most)}`;
  const value = `${feature} ${percent(share)}`;
  const words = `The feature with the most missing values is ${feature}, with ${percent(share)}; at most ${percent(most)} are allowed.`;
  const base = { name: 'missing values', value, limit, words };
  if (share <= most) return base;
  const also = Object.values(nulls).filter((one) => one > most).length;
  const all = also > 1 ? `${also} features are` : `${feature} is`;
  return { ...base, change: `It would pass if ${all} filled in the dataset program, or left out.` };
}

/** Every label is there often enough; a window with one label only teaches nothing. */
export function enoughLabels(
  { labels, distinctLabels, rows }: TrainingEvidence,
  least: number,
): Checked {
  const limit = least > 0 ? `each at least ${percent(least)}` : 'at least two different';
  if (distinctLabels < 2) {
    const words = `All ${count(rows)} rows of the training window have the same label.`;
    const change = 'Train on a window with different labels.';
    return { name: 'labels', value: 'one label', limit, words, change };
  }
  if (!labels) {
    const words = `The rows of the training window have ${count(distinctLabels)} different labels.`;
    return { name: 'labels', value: `${count(distinctLabels)} different`, limit, words };
  }
  const [label, found] = Object.entries(labels).toSorted(([, a], [, b]) => a - b)[0] ?? ['none', 0];
  const share = rows > 0 ? found / rows : 0;
  const value = `${label} ${percent(share)}`;
  const words = `The rarest label in the training window is ${label}, with ${count(found)} rows (${percent(share)}).`;
  if (share >= least) return { name: 'labels', value, limit, words };
  const missing = count(Math.ceil(least * rows - found));
  const change = `It would pass with ${missing} more rows of ${label}; at least ${percent(least)} are asked for.`;
  return { name: 'labels', value, limit, words, change };
}

/** Rows a day against those of the previous version: half of them often means a source that broke. */
export function usualVolume(
  { rows, days, previous }: TrainingEvidence,
  most: number,
): Checked | undefined {
  if (!previous || previous.rows === 0 || previous.days === 0 || days === 0) return undefined;
  const [now, before] = [rows / days, previous.rows / previous.days];
  const change = now / before - 1;
  const shown = `${change < 0 ? '−' : '+'}${percent(Math.abs(change))}`;
  const base = {
    ...{ name: 'volume', value: shown, limit: `within ±${percent(most)}` },
    words: `The training window has ${beside(now, before)} rows a day, ${shown} against the ${beside(before, now)} of v${previous.version}; ±${percent(most)} is allowed.`,
  };
  if (Math.abs(change) <= most) return base;
  const least = count(Math.ceil(before * (1 - most)));
  const limits = `${least} to ${count(Math.floor(before * (1 + most)))}`;
  return {
    ...base,
    change: `It would pass with ${limits} rows a day: look for days that are missing or doubled in the source.`,
  };
}
