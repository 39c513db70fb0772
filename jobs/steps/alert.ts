import { alertAgain, alertState, alertSubject } from '../../src/cards/alert.ts';
import type { Picture } from '../../src/core/card.ts';
import { deriveId } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';
import type { Window } from '../../src/core/model.ts';
import type { Measurement, Opened, Verdict } from '../../src/core/monitor.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Needs } from '../../src/core/world.ts';
import { kindOf, reportOn } from '../../src/monitoring/kinds/index.ts';
import type { WatchedVersion } from './due-windows.ts';

export type AlertParts = Needs<'alerts' | 'replies' | 'charts' | 'audit'>;

interface Raised extends WatchedVersion {
  deployment: string;
  window: Window;
  opened: Opened<Json, Json>;
  verdict: Verdict<Json>;
  /** Measured windows, oldest first, up to this one. */
  history: readonly Measurement<Json>[];
}

/** One message per endpoint, monitor and version: the first window opens it, the following ones update it. */
export async function raiseAlert(
  raised: Raised,
  { alerts, replies, charts, audit }: AlertParts,
): Promise<void> {
  const { spec, environment, monitor, version, deployment, window, verdict } = raised;
  const { alert, fresh } = await alerts.raise({
    id: deriveId('alert', spec.name, environment, monitor.name, version, window.from.toISOString()),
    model: spec.name,
    environment,
    monitor: monitor.name,
    kind: monitor.kind,
    version,
    deployment,
    severity: 'alert',
    grade: kindOf(monitor.kind).grade,
    window,
    evidence: verdict.evidence,
    // An alert without its pictures is better than none.
    pictures: await picturesOf(raised, charts).catch(() => []),
  });
  if (alert.status === 'resolved') return; // resolved already; this window was evaluated before that
  const subject = alertSubject(alert);
  const state = alertState(alert, reportOn(alert));
  for (const home of spec.homes) await replies.open(subject, home, state);
  await replies.show(subject, state);
  if (fresh) {
    await audit.append({
      id: `alert-${alert.id}`,
      by: 'wheelhouse',
      action: 'alert.open',
      subject: alert.id,
      model: spec.name,
      environment,
      via: 'schedule',
      after: { monitor: monitor.name, version, columns: verdict.signals },
    });
  } else {
    await replies.tell(subject, window.to.toISOString(), alertAgain(reportOn(alert, window)));
  }
}

async function picturesOf(
  { opened, verdict, history }: Raised,
  charts: AlertParts['charts'],
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const chart of await opened.charts(verdict.evidence, history))
    pictures.push(
      await (chart.kind === 'histogram' ? charts.histogram(chart) : charts.timeline(chart)),
    );
  return pictures;
}

export async function resolveAlert(
  { spec, environment, monitor, version }: WatchedVersion,
  { alerts, replies }: AlertParts,
): Promise<void> {
  const endpoint = { model: spec.name, environment };
  const open = await alerts.current(endpoint, monitor.name, version);
  if (open) await endAlert(open, {}, { alerts, replies });
}

/**
 * Shown before it is stored: after a crash in between the alert is still open, and is found and resolved again.
 */
export async function endAlert(
  alert: Alert,
  why: { replacedBy?: number },
  { alerts, replies }: Pick<AlertParts, 'alerts' | 'replies'>,
): Promise<void> {
  const subject = alertSubject(alert);
  const report = reportOn(alert);
  await replies.show(subject, alertState({ ...alert, status: 'resolved' }, report, why));
  const resolved = await alerts.resolve(alert.id);
  // Once more, because someone may have acknowledged it in between.
  if (resolved) await replies.show(subject, alertState(resolved, report, why));
}
