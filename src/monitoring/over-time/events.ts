import type { BoardEvent } from '../../core/board.ts';
import type { AlertPart } from '../../core/ports/alerts.ts';
import { kindOf } from '../kinds/index.ts';
import type { Watched } from './watched.ts';

const iso = (time: Date): string => time.toISOString();
const HOUR_MS = 3_600_000;

/**
 * Deployments and alerts by the time that charts have. That is the time of predictions, which in a replay is not that
 * of the switch: a deployment is marked where another version answers from then on.
 */
export function eventsOf(
  watched: readonly Watched[],
  alerts: readonly Pick<AlertPart, 'monitor' | 'window'>[],
): BoardEvent[] {
  const raised = alerts.map(({ monitor: name, window }): BoardEvent => {
    const { windowHours = 0 } = watched.find(({ monitor }) => monitor.name === name)?.monitor ?? {};
    // The window that raised it is complete at its end.
    const at = new Date(
      Math.min(window.from.getTime() + windowHours * HOUR_MS, window.to.getTime()),
    );
    return { at: iso(at), what: 'alert', words: `${name} alert` };
  });
  const switched = (['predictions', 'clock'] as const).flatMap((time) =>
    switchesIn(watched.filter(({ monitor }) => kindOf(monitor.kind).windowsOf === time)),
  );
  return [...switched, ...raised].toSorted((a, b) => a.at.localeCompare(b.at));
}

/** By the monitor with the shortest windows, which sees them first. */
function switchesIn(watched: readonly Watched[]): BoardEvent[] {
  const [finest] = watched
    .filter(({ findings }) => findings.length > 1)
    .toSorted((a, b) => a.monitor.windowHours - b.monitor.windowHours);
  const oldest = finest?.findings.toReversed() ?? [];
  return oldest.flatMap(({ version, window }, at): BoardEvent[] => {
    const before = oldest[at - 1];
    return before && before.version !== version
      ? [{ at: iso(window.from), what: 'deployment', words: `v${version} live` }]
      : [];
  });
}
