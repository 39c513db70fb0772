import { alertSubject, lossSubject } from '../../src/cards/alert.ts';
import { foundToo, lossToo, turned } from '../../src/cards/alert-milestones.ts';
import { asSeenBy, partOf } from '../../src/core/alert-parts.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import { quietUntil } from '../../src/core/quiet-hours.ts';
import type { Needs } from '../../src/core/world.ts';
import { type Elsewhere, type Told, turnOf } from '../../src/monitoring/course.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';
import type { AlertParts, Raised } from './raised.ts';
import { showAlert } from './show-alert.ts';
import { startProbe } from './start-probe.ts';

/** More open alerts than an endpoint ever has. */
const MOST_ALERTS = 100;

/**
 * Tells the thread what a window of a monitor changed: that the monitor finds it too, or that it is worse or better.
 * Told before it is noted as told: after a crash in between it is told again, under the same key.
 */
export async function tellTurn(alert: Alert, raised: Raised, needs: AlertParts): Promise<void> {
  const { spec, environment, monitor, seen, window } = raised;
  const { alerts, replies, clock } = needs;
  const part = partOf(alert, monitor.name);
  const newest = seen.at(-1);
  if (!part || part.over || !newest) return;
  if (!part.told && part.grade === 'harm') await announceLoss(alert, raised, needs);
  const { snooze } = alert;
  // Told by the first window after the snooze, compared with what was told before it.
  if (snooze?.until && snooze.until > clock.now()) return;
  const since = seen.filter(({ window: { from } }) => from >= part.window.from);
  const open = await alerts.list({ model: spec.name, environment, limit: MOST_ALERTS });
  const turn = part.told && turnOf(part.told, since, elsewhere(alert, monitor.name, open));
  if (part.told && !turn) return;
  if (snooze) {
    await alerts.wake(alert.id, snooze);
    await showAlert(alert.id, needs);
  }
  const report = reportOn(asSeenBy(alert, monitor.name), window);
  const card = turn ? turned(turn, report, window) : foundToo(part, report);
  const key = turn
    ? `${turn.kind}-${monitor.name}-${window.to.toISOString()}`
    : `found-by-${monitor.name}-${part.window.to.toISOString()}`;
  await replies.tell(alertSubject(alert), key, card, held(alert, spec, needs));
  await alerts.tell(alert.id, monitor.name, part.told, copied(turn?.told ?? newest));
}

/**
 * What the other monitors found, in this alert and in others that are open: people are told of each thing once.
 */
function elsewhere({ id, parts }: Alert, monitor: string, open: readonly Alert[]): Elsewhere {
  const at = parts.findIndex((part) => part.monitor === monitor);
  const apart = open
    .filter((one) => one.id !== id)
    .flatMap((one) => one.parts.filter(({ over }) => !over));
  const active = parts.filter(({ over }, place) => place !== at && !over);
  return {
    told: [...active, ...apart].flatMap(({ told }) => told?.signals ?? []),
    found: active.flatMap(({ signals }) => signals),
    measured: parts.some(
      ({ kind, over }, place) => place < at && !over && kind === parts[at]?.kind,
    ),
  };
}

/**
 * A loss joined what was none. Edits and threads notify nobody, so the channel is told once in a message of its own,
 * and a better model is looked for as for an alert that a loss opens.
 */
async function announceLoss(
  alert: Alert,
  { spec, monitor }: Raised,
  needs: AlertParts,
): Promise<void> {
  const earlier = alert.parts.find(({ grade }) => grade === 'harm');
  if (earlier?.monitor === monitor.name) {
    const card = lossToo(alert, reportOn(asSeenBy(alert, monitor.name)));
    const state = { card, outcome: 'done' as const, data: { alert: alert.id } };
    for (const home of spec.homes) await needs.replies.open(lossSubject(alert), home, state);
  }
  await startProbe(alert, { spec, monitor }, needs);
}

/** The channel was told, in a message of its own, that a loss joined. */
export const isAnnounced = ({ parts }: Alert): boolean =>
  parts[0]?.grade === 'inform' && parts.some(({ grade, told }) => grade === 'harm' && told);

/** Quiet hours hold back everything that is not harm. */
export function held({ grade }: Alert, { alerting }: ModelSpec, { clock }: Needs<'clock'>) {
  return grade === 'harm' ? undefined : quietUntil(alerting?.quietHours, clock.now());
}

const copied = ({ signals, size }: Told) => ({ signals: [...signals], size });
