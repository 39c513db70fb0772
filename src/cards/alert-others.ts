import { othersIn } from '../core/alert-parts.ts';
import { plural, span } from '../core/figures.ts';
import type { Alert, AlertPart } from '../core/ports/alerts.ts';
import { sparkline } from '../core/sparkline.ts';

/** `monitor drift`, `monitors drift and performance` */
export function monitorsOf(alert: Alert): string {
  const names = [alert.monitor, ...othersIn(alert).map(({ monitor }) => monitor)];
  return `${names.length === 1 ? 'monitor' : 'monitors'} ${new Intl.ListFormat('en-GB').format(names)}`;
}

/** What other monitors found of it, in a line each. */
export const othersFacts = (alert: Alert) =>
  othersIn(alert).map((part) => ({ label: 'Found too', value: lineOf(part) }));

function lineOf({ monitor, signals, window, windows, sizes, over }: AlertPart): string {
  const what = signals.length > 0 ? ` (${new Intl.ListFormat('en-GB').format(signals)})` : '';
  const course = `${span(window)}, ${plural(windows, 'window')}`;
  return [
    `monitor ${monitor}${what}, ${course}`,
    ...(sizes.length > 1 ? [sparkline(sizes)] : []),
    ...(over ? ['fine again'] : []),
  ].join('  ');
}
