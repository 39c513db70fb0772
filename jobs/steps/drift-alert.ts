import { alertState, alertSubject } from '../../src/cards/alert.ts';
import { figure, pValue, span } from '../../src/core/figures.ts';
import { deriveId } from '../../src/core/ids.ts';
import { toJson } from '../../src/core/json.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Needs } from '../../src/core/world.ts';
import { type Column, type Drift, drawDrift } from './drift-charts.ts';

export type DriftAlertParts = Needs<'alerts' | 'replies' | 'charts' | 'audit'>;

/** One message per monitor and version: the first window opens it, the following ones keep it true. */
export async function raiseDrift(
  drift: Drift,
  { alerts, replies, charts, audit }: DriftAlertParts,
): Promise<void> {
  const { spec, monitor, version, deployment, window, confirmed } = drift;
  const columns = [...confirmed.features, ...confirmed.predictions];
  const drifted = columns
    .filter((column) => column.drifted)
    .sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0));
  const { alert, fresh } = await alerts.raise({
    id: deriveId('alert', spec.name, monitor.name, version, window.from.toISOString()),
    model: spec.name,
    monitor: monitor.name,
    version,
    deployment,
    severity: 'alert',
    summary: summaryOf(drift, drifted),
    window,
    evidence: toJson({ rows: confirmed.rows, columns }),
    // An alarm without its pictures is worth more than none.
    pictures: await drawDrift(drift, drifted[0], charts).catch(() => []),
  });
  if (alert.status === 'resolved') return; // over already; this window was judged before that
  const subject = alertSubject(alert);
  const state = alertState(alert);
  for (const home of spec.homes) await replies.open(subject, home, state);
  await replies.show(subject, state);
  if (fresh) {
    await audit.record({
      id: `alert-${alert.id}`,
      by: 'wheelhouse',
      action: 'alert.open',
      subject: alert.id,
      model: spec.name,
      via: 'schedule',
      after: { monitor: monitor.name, version, columns: drifted.map(({ name }) => name) },
    });
  } else {
    await replies.tell(subject, window.to.toISOString(), {
      title: `Still so in ${span(window)}.`,
      tone: 'warning',
      text: `${shortly(drifted)}.`,
    });
  }
}

export async function resolveDrift(
  model: string,
  monitor: string,
  version: number,
  { alerts, replies }: DriftAlertParts,
): Promise<void> {
  const open = await alerts.current(model, monitor, version);
  if (open) await endAlert(open, undefined, { alerts, replies });
}

/** Shown before it is so: after a crash in between it is open still, and found and ended again. */
export async function endAlert(
  alert: Alert,
  why: string | undefined,
  { alerts, replies }: Pick<DriftAlertParts, 'alerts' | 'replies'>,
): Promise<void> {
  const subject = alertSubject(alert);
  await replies.show(subject, alertState({ ...alert, status: 'resolved' }, why));
  const resolved = await alerts.resolve(alert.id);
  // Once more, since somebody may have acknowledged it between the two.
  if (resolved) await replies.show(subject, alertState(resolved, why));
}

function summaryOf(
  { spec, monitor, version, confirmed }: Drift,
  drifted: readonly Column[],
): string {
  const { need, of } = monitor.thresholds;
  const what = new Intl.ListFormat('en-GB').format(drifted.map(({ name }) => name));
  return [
    `${what} ${drifted.length === 1 ? 'looks' : 'look'} different from what v${version} was trained on,`,
    `in at least ${need} of the last ${of} windows (${figure(confirmed.rows)} rows in this one; ${shortly(drifted)}).`,
    `Whether ${spec.name} answers worse for it, the data alone cannot say.`,
  ].join(' ');
}

function shortly(drifted: readonly Column[]): string {
  return drifted
    .map(
      ({ name, psi, adjustedP }) =>
        `${name} PSI ${psi === undefined ? 'n/a' : psi.toFixed(2)}, p ${adjustedP === undefined ? 'n/a' : pValue(adjustedP)}`,
    )
    .join('; ');
}
