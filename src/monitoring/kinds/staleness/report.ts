import { z } from 'zod';
import { span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import { Signal } from './measurement.ts';
import { MOST_HOURS } from './settings.ts';

/** What an alert stores: the newest window. */
export const Evidence = z.object({
  rows: z.number(),
  signals: z.array(Signal),
  /** Names of those that were found often enough. */
  confirmed: z.array(z.string()),
});

export type StalenessEvidence = z.output<typeof Evidence>;

/** `30 hours`, `5 days` */
export function lasting({ name }: Pick<Signal, 'name'>, value: number): string {
  const hours = name === 'age' ? value * 24 : value;
  if (hours >= MOST_HOURS && name !== 'age') return '28 days or more';
  return hours >= 48 ? `${Math.floor(hours / 24)} days` : `${Number(hours.toFixed(1))} hours`;
}

function sentenceOf(signal: Signal, version: number): string {
  const [found, allowed] = [lasting(signal, signal.found), lasting(signal, signal.allowed)];
  switch (signal.name) {
    case 'traffic':
      return `no traffic for ${found} (allowed: ${allowed})`;
    case 'labels':
      return `no labels for ${found} (allowed: ${allowed})`;
    case 'late labels':
      return `labels are later than usual: none for ${found}, where ${allowed} would be unusual`;
    case 'age':
      return `v${version} was trained ${found} ago (allowed: ${allowed})`;
  }
}

/** The text of a staleness alert. */
export function report(evidence: StalenessEvidence, alert: Alarm): Report {
  const { model, version, window, newest = window } = alert;
  const found = evidence.signals.filter(({ name }) => evidence.confirmed.includes(name));
  const text = found.map((signal) => sentenceOf(signal, version)).join('; ');
  const names = found.map(({ name }) => name).join(', ');
  return {
    title: `${model} is stale: ${names || 'see below'}`,
    summary: `${text}. Checked: ${names}. Nothing was measured about its predictions.`,
    table: {
      columns: ['Check', 'Found', 'Allowed', 'Verdict'],
      rows: evidence.signals.map((signal) => [
        signal.name,
        lasting(signal, signal.found),
        lasting(signal, signal.allowed),
        signal.stale ? 'stale' : 'ok',
      ]),
    },
    again: { title: `Still stale in ${span(newest)}.`, text: `${text}.` },
    over: {
      title: `${model} is up to date again`,
      text: `It was stale from ${span(window)}. The alert said: ${text}.`,
    },
    caution: 'Put the previous version back into production? It is older still.',
  };
}
