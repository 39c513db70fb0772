import { z } from 'zod';
import { figure, span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import { Signal } from './measurement.ts';

/** What an alert stores: the newest window. */
export const Evidence = z.object({
  rows: z.number(),
  need: z.number(),
  of: z.number(),
  /** All budgets; `confirmed` names those that were exceeded often enough. */
  signals: z.array(Signal),
  confirmed: z.array(z.string()),
});

export type LatencyEvidence = z.output<typeof Evidence>;

/** `12 ms`, `1.4%` */
export function amount(name: Signal['name'], value: number): string {
  if (name === 'errors') return `${Number((value * 100).toPrecision(2))}%`;
  return `${Number(value.toPrecision(2))} ms`;
}

const namedAs = (name: Signal['name']): string => (name === 'errors' ? 'failed requests' : name);

/** The text of a latency alert. */
export function report(evidence: LatencyEvidence, alert: Alarm): Report {
  const { model, version, window, newest = window } = alert;
  const { rows, need, of, signals, confirmed } = evidence;
  const found = signals
    .filter(({ name }) => confirmed.includes(name))
    .map(({ name, found: value, budget }) =>
      name === 'errors'
        ? `errors: ${amount(name, value)} of the requests failed, and ${amount(name, budget)} may`
        : `${name} is ${amount(name, value)}, and may be ${amount(name, budget)}`,
    )
    .join('; ');
  const summary = `${found}, in at least ${need} of the last ${of} windows (${figure(rows)} requests to v${version} in this one).`;
  return {
    title: `${model} answers too slowly or fails`,
    summary,
    table: {
      columns: ['Figure', 'Found', 'Budget', 'Verdict'],
      rows: signals.map(({ name, found: value, budget, exceeded }) => [
        namedAs(name),
        amount(name, value),
        amount(name, budget),
        exceeded ? 'exceeded' : 'within',
      ]),
    },
    again: { title: `Still over budget in ${span(newest)}.`, text: `${found}.` },
    over: {
      title: `${model} answers within its budget again`,
      text: `It was over budget from ${span(window)}. The alert said: ${summary}`,
    },
    caution:
      'Put the previous version back into production? It helps if this version is what is slow or fails.',
  };
}
