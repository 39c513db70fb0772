import { alertSubject } from '../../src/cards/alert.ts';
import { began, over, rolledBackStill, turned } from '../../src/cards/alert-milestones.ts';
import type { Picture } from '../../src/core/card.ts';
import { deriveId } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';
import type { ModelSpec, Window } from '../../src/core/model.ts';
import type { Measurement, Opened, Verdict } from '../../src/core/monitor.ts';
import type { Alert, Grade } from '../../src/core/ports/alerts.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import { quietUntil } from '../../src/core/quiet-hours.ts';
import type { Needs } from '../../src/core/world.ts';
import { type Told, turnOf } from '../../src/monitoring/course.ts';
import { kindOf, reportOn } from '../../src/monitoring/kinds/index.ts';
import { causesOf } from './causes.ts';
import type { WatchedVersion } from './due-windows.ts';
import { type Showing, showAlert, stateOf } from './show-alert.ts';
import { startProbe } from './start-probe.ts';

export type AlertParts = Showing &
  Needs<
    | 'charts'
    | 'audit'
    | 'clock'
    | 'subscriptions'
    | 'runs'
    | 'jobs'
    | 'versions'
    | 'artifacts'
    | 'profiles'
    | 'predictions'
  >;

interface Raised extends WatchedVersion {
  deployment: string;
  window: Window;
  opened: Opened<Json, Json>;
  verdict: Verdict<Json>;
  /** Measured windows, oldest first, up to this one. */
  history: readonly Measurement<Json>[];
  /** What was found in evaluated windows, oldest first, up to this one. */
  seen: readonly (Told & { window: Window })[];
}

/** As many windows as a line of a chat shows. */
const SIZES = 24;

/**
 * One message per endpoint and monitor: the first window opens it, the following ones update it. Its thread is told
 * only what changed.
 */
export async function raiseAlert(
  raised: Raised,
  needs: AlertParts,
  signal: AbortSignal,
): Promise<void> {
  const { spec, environment, monitor, version, deployment, window, verdict, seen } = raised;
  const { alerts, replies, charts, audit, clock } = needs;
  const grade = kindOf(monitor.kind).grade;
  // Nor is one without its causes.
  const causes = await causesOf(raised, needs, signal).catch(() => undefined);
  signal.throwIfAborted();
  const draft = {
    id: deriveId('alert', spec.name, environment, monitor.name, version, window.from.toISOString()),
    model: spec.name,
    environment,
    monitor: monitor.name,
    kind: monitor.kind,
    version,
    deployment,
    severity: 'alert' as const,
    grade,
    window,
    signals: verdict.signals,
    sizes: seen.slice(-SIZES).map(({ size }) => size),
    evidence: verdict.evidence,
    // An alert without its pictures is better than none.
    pictures: await picturesOf(raised, charts).catch(() => []),
    ...(causes && { causes }),
  };
  const { alert, fresh } = await alerts.raise(draft, escalateAt(grade, spec, clock.now()));
  if (alert.status === 'resolved') return; // resolved already; this window was evaluated before that
  const subject = alertSubject(alert);
  const state = stateOf(alert, needs);
  for (const home of spec.homes) await replies.open(subject, home, state, held(alert, spec, needs));
  // Edited in place: who subscribed is notified once, and not by the all-clear.
  for (const { person, grade: wanted, address } of await needs.subscriptions.of(spec.name))
    if (needs.people.byId(person) && (wanted === 'all' || alert.grade === 'harm'))
      await replies.open(subject, address, state, held(alert, spec, needs));
  await showAlert(alert.id, needs);
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
    await replies.tell(subject, 'began', began(alert), held(alert, spec, needs));
    await startProbe(alert, raised, needs);
  } else await tellTurn(alert, raised, needs);
}

/** Told before it is noted as told: after a crash in between it is told again, under the same key. */
async function tellTurn(
  alert: Alert,
  { spec, seen, window }: Raised,
  needs: AlertParts,
): Promise<void> {
  const { alerts, replies, clock } = needs;
  const { snooze } = alert;
  // Told by the first window after the snooze, compared with what was told before it.
  if (snooze?.until && snooze.until > clock.now()) return;
  const newest = seen.at(-1);
  if (!newest) return;
  // Raised by an earlier release, which told every window.
  if (!alert.told) return void (await alerts.tell(alert.id, undefined, copied(newest)));
  const since = seen.filter(({ window: { from } }) => from >= alert.window.from);
  const turn = turnOf(alert.told, since);
  if (!turn) return;
  if (snooze) {
    await alerts.wake(alert.id, snooze);
    await showAlert(alert.id, needs);
  }
  const card = turned(turn, reportOn(alert, window), window);
  const key = `${turn.kind}-${window.to.toISOString()}`;
  await replies.tell(alertSubject(alert), key, card, held(alert, spec, needs));
  await alerts.tell(alert.id, alert.told, copied(turn.told));
}

const copied = ({ signals, size }: Told) => ({ signals: [...signals], size });

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

/**
 * What becomes of an open alert when another version is live. A newly promoted version is monitored afresh. A
 * rollback changes the model and not the data: the alert stays open until windows of the restored version are ok.
 */
export async function followSwitch(
  { spec, environment, monitor }: WatchedVersion,
  live: Deployment,
  needs: Showing & Needs<'clock'>,
): Promise<void> {
  const { alerts, replies } = needs;
  const open = await alerts.current({ model: spec.name, environment }, monitor.name);
  if (!open) return;
  if (open.version !== live.version && live.kind !== 'rollback')
    return endAlert(open, { replacedBy: live.version }, spec, needs);
  const alert =
    open.version === live.version
      ? open
      : await alerts.carry(open.id, open.version, { version: live.version, deployment: live.id });
  // Also told by a later check, in case this one crashes now.
  if (alert?.carried?.deployment !== live.id) return;
  const subject = alertSubject(alert);
  const report = reportOn(alert, alert.newest);
  if (alert !== open) await showAlert(alert.id, needs);
  await replies.tell(
    subject,
    `rolled-back-${live.id}`,
    rolledBackStill(alert, report),
    held(alert, spec, needs),
  );
}

export async function resolveAlert(
  { spec, environment, monitor }: WatchedVersion,
  needs: Showing & Needs<'clock'>,
): Promise<void> {
  const open = await needs.alerts.current({ model: spec.name, environment }, monitor.name);
  if (open) await endAlert(open, {}, spec, needs);
}

/**
 * Shown and told before it is stored: after a crash in between the alert is still open, and is found and resolved
 * again.
 */
async function endAlert(
  alert: Alert,
  why: { replacedBy?: number },
  spec: ModelSpec,
  needs: Showing & Needs<'clock'>,
): Promise<void> {
  const ended: Alert = { ...alert, ...why, status: 'resolved' };
  const subject = alertSubject(alert);
  await needs.replies.show(subject, stateOf(ended, needs));
  await needs.replies.tell(subject, 'over', over(ended, reportOn(ended)), held(alert, spec, needs));
  await needs.alerts.resolve(alert.id, why);
  // Once more, because someone may have acknowledged it in between.
  await showAlert(alert.id, needs);
}

/** Quiet hours hold back everything that is not harm. */
function held({ grade }: Alert, { alerting }: ModelSpec, { clock }: Needs<'clock'>) {
  return grade === 'harm' ? undefined : quietUntil(alerting?.quietHours, clock.now());
}

function escalateAt(grade: Grade, { alerting }: ModelSpec, now: Date): Date | undefined {
  return grade === 'harm' && alerting?.oncall
    ? new Date(now.getTime() + alerting.escalateAfterMs)
    : undefined;
}
