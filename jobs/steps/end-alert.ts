import { alertSubject, lossSubject } from '../../src/cards/alert.ts';
import { fineAgain, lossOver, over, rolledBackStill } from '../../src/cards/alert-milestones.ts';
import { asSeenBy, isOver, partOf } from '../../src/core/alert-parts.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import type { Needs } from '../../src/core/world.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';
import { held, isAnnounced } from './alert-turns.ts';
import type { WatchedVersion } from './due-windows.ts';
import { type Showing, showAlert, stateOf } from './show-alert.ts';

type Ending = Showing & Needs<'clock'>;

/** More open alerts than an endpoint ever has. */
const MOST = 100;

/**
 * What becomes of open alerts when another version is live. A newly promoted version is monitored afresh. A
 * rollback changes the model and not the data: they stay open until windows of the restored version are ok.
 */
export async function followSwitch(
  { spec, environment }: WatchedVersion,
  live: Deployment,
  needs: Ending,
): Promise<void> {
  const open = await needs.alerts.list({ model: spec.name, environment, limit: MOST });
  // Also those of other monitors, so that none of them goes on with one about another version.
  for (const alert of open) await followWith(alert, spec, live, needs);
}

async function followWith(
  open: Alert,
  spec: ModelSpec,
  live: Deployment,
  needs: Ending,
): Promise<void> {
  const { alerts, replies } = needs;
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

/**
 * A monitor finds it fine again. The alert is over when all of its monitors do; one that is no longer configured has no
 * say. Noted first, so that no monitor can join what is being closed, and told again after a crash.
 */
export async function resolveAlert(
  { spec, environment, monitor }: WatchedVersion,
  needs: Ending,
): Promise<void> {
  const { alerts, replies } = needs;
  const open = await alerts.current({ model: spec.name, environment }, monitor.name);
  if (!open) return;
  const removed = open.parts
    .map((part) => part.monitor)
    .filter((name) => !spec.monitors.some((one) => one.name === name));
  const alert = await alerts.fine(open.id, [monitor.name, ...removed]);
  if (!alert) return;
  if (isOver(alert)) return endAlert(alert, {}, spec, needs);
  const part = partOf(alert, monitor.name);
  if (!part?.over || part.over.told) return;
  await showAlert(alert.id, needs);
  const report = reportOn(asSeenBy(alert, monitor.name));
  const key = `fine-${monitor.name}-${part.newest.to.toISOString()}`;
  const card = fineAgain(alert, part, report);
  await replies.tell(alertSubject(alert), key, card, held(alert, spec, needs));
  await alerts.toldFine(alert.id, monitor.name);
}

/**
 * Shown and told before it is stored: after a crash in between the alert is still open, and is found and resolved
 * again.
 */
async function endAlert(
  alert: Alert,
  why: { replacedBy?: number },
  spec: ModelSpec,
  needs: Ending,
): Promise<void> {
  const ended: Alert = { ...alert, ...why, status: 'resolved' };
  const subject = alertSubject(alert);
  await needs.replies.show(subject, stateOf(ended, needs));
  await needs.replies.tell(subject, 'over', over(ended, reportOn(ended)), held(alert, spec, needs));
  if (isAnnounced(alert)) {
    const card = lossOver(ended, reportOn(ended));
    const state = { card, outcome: 'done' as const, data: { alert: alert.id } };
    await needs.replies.show(lossSubject(alert), state);
  }
  await needs.alerts.resolve(alert.id, why);
  // Once more, because someone may have acknowledged it in between.
  await showAlert(alert.id, needs);
}
