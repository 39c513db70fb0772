import type { Card, Table } from '../core/card.ts';
import { moment, span } from '../core/figures.ts';
import type { Report } from '../core/monitor.ts';
import type { Alert } from '../core/ports/alerts.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import { monitorsOf, othersFacts } from './alert-others.ts';
import { causesTable, causesText, shownCauses } from './causes.ts';
import { probeFact } from './probe.ts';

/** The evidence of an alert, for one person who asked. `switches`: what went live shortly before or during it. */
export function alertWhy(
  alert: Alert,
  { title, summary, table }: Report,
  switches: readonly Deployment[],
): Card {
  const causes = shownCauses(alert);
  const rows = causes ? causesTable(causes) : table && ranked(table, alert.signals);
  const [first] = rows?.rows ?? [];
  const lines = switches.map(
    ({ version, kind, since, by }) =>
      `v${version} ${kind === 'rollback' ? 'restored' : 'promoted'} ${moment(since)} UTC by ${by}`,
  );
  return {
    title: `Why: ${title} in ${alert.environment}`,
    tone: 'note',
    text: causes ? `${summary}\n${causesText(causes)}` : summary,
    facts: [
      ...(first?.[0] === undefined
        ? []
        : [
            {
              label: causes?.by === 'effect' ? 'First' : 'Moved most',
              value: first.slice(0, 2).join(' '),
            },
          ]),
      { label: 'Compared', value: `${span(alert.newest)} with the data of v${alert.version}` },
      ...othersFacts(alert),
      ...(alert.probe ? [{ label: 'Probe', value: probeFact(alert.probe) }] : []),
      { label: 'Deployments', value: lines.join('; ') || 'none in the week before, or since' },
    ],
    ...(rows && rows.rows.length > 0 && { table: rows }),
    pictures: alert.pictures,
    footer: `${alert.id} · ${monitorsOf(alert)}`,
  };
}

/** What has a problem first; then by the first figure of a row, largest first. */
export function ranked(table: Table, signals: readonly string[]): Table {
  const rows = table.rows.map((row) => ({
    row,
    has: isAbout(row[0], signals),
    size: sizeOf(row[1]),
  }));
  rows.sort((a, b) => Number(b.has) - Number(a.has) || b.size - a.size);
  return { ...table, rows: rows.map(({ row }) => row) };
}

const isAbout = (cell: string | undefined, signals: readonly string[]) =>
  signals.some((name) => cell === name || cell?.startsWith(`${name}:`));

/** A row without a figure keeps its place below those with one. */
function sizeOf(cell = ''): number {
  const size = Number.parseFloat(cell.replaceAll(',', ''));
  return Number.isFinite(size) ? size : Number.NEGATIVE_INFINITY;
}
