import { z } from 'zod';
import { heldBackWords } from '../../src/cards/held-back.ts';
import type { Table } from '../../src/core/card.ts';
import { figure, moment, plural, span } from '../../src/core/figures.ts';
import type { MonitorSpec } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import { scheduleInWords } from '../../src/core/schedule.ts';
import { HeldBack } from '../../src/monitoring/held-back.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';

/** A monitor with its findings, newest first. */
export interface Listed extends MonitorSpec {
  id: string;
  environment: string;
  recent: readonly Finding[];
}

/** What each kind says about its monitor's newest finding. */
export function notesOn(list: readonly Listed[]): { text?: string } {
  const lines = list.flatMap(({ id, recent: [last], ...monitor }) => {
    const { data } = Held.safeParse(last?.figures);
    const words = data
      ? heldBackWords(data.heldBack)
      : last && kindOf(monitor.kind).note(last.figures, monitor);
    return words === undefined ? [] : [`${id}: ${words}`];
  });
  return lines.length > 0 ? { text: lines.join('\n') } : {};
}

/** A column for the environment, if it adds anything. */
type Place = (environment: string) => string[];

const finding = ({ status, signals }: Pick<Finding, 'status' | 'signals'>) =>
  signals.length > 0 ? `${status}: ${signals.join(', ')}` : status;

export function tableOf(list: readonly Listed[], place: Place): Table {
  const rows = list.map(({ id, environment, recent: [last], ...monitor }) => [
    ...[id, ...place(environment)],
    monitor.windowHours % 24 === 0
      ? plural(monitor.windowHours / 24, 'day')
      : plural(monitor.windowHours, 'hour'),
    scheduleInWords(monitor.schedule),
    last ? finding(last) : 'no complete window yet',
    (last && kindOf(monitor.kind).gist(last.detail, monitor, last.figures)) ?? '–',
    last ? span(last.window) : '–',
    last ? moment(last.at) : '–',
  ]);
  return {
    columns: [
      ...['Monitor', ...place('Environment'), 'Window', 'Checked'],
      ...['Last finding', 'Figures', 'Of', 'Found (UTC)'],
    ],
    rows,
  };
}

export function windowTable(list: readonly Listed[], place: Place): Table {
  const rows = list.flatMap(({ id, environment, recent, ...monitor }) =>
    recent.map(({ window, version, status, signals, detail, figures }) => {
      const { data } = Detail.safeParse(detail);
      return [
        ...[id, ...place(environment), span(window), `v${version}`],
        finding({ status, signals }),
        data ? figure(data.rows) : '–',
        kindOf(monitor.kind).gist(detail, monitor, figures) ?? '–',
      ];
    }),
  );
  return {
    columns: [
      ...['Monitor', ...place('Environment'), 'Window', 'Version'],
      ...['Finding', 'Rows', 'Figures'],
    ],
    rows,
  };
}

const Held = z.object({ heldBack: HeldBack });

/** A measured window of any kind includes its number of rows. */
const Detail = z.object({ rows: z.number() });
