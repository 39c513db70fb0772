import { z } from 'zod';
import { alertSubject } from '../src/cards/alert.ts';
import { escalated } from '../src/cards/alert-milestones.ts';
import { defineJob } from '../src/core/job.ts';
import { specIn } from '../src/core/model.ts';
import type { Alert } from '../src/core/ports/alerts.ts';
import type { Needs } from '../src/core/world.ts';
import { onCallAt } from '../src/release/on-call.ts';
import { type Showing, showAlert } from './steps/show-alert.ts';

type Parts = Showing & Needs<'clock' | 'models' | 'audit' | 'links' | 'endpoints' | 'people'>;

/**
 * What becomes due without a window: snoozes that are over, and alerts that nobody took. All of it is stored, so
 * that a restart can only delay it.
 */
export const watchAlerts = defineJob({
  name: 'watch-alerts',
  lane: 'monitoring',
  payload: z.object({ tick: z.string() }),
  once: ({ tick }) => tick,
  onceForMs: 10 * 60_000,
  attempts: 1,

  async run(_payload, needs: Parts) {
    const { alerts, clock } = needs;
    const now = clock.now();
    for (const { id, snooze } of await alerts.snoozedUntil(now)) {
      if (!snooze) continue;
      await alerts.wake(id, snooze);
      await showAlert(id, needs);
    }
    for (const alert of await alerts.escalating(now)) {
      // Decided by a write that somebody's acknowledgement prevents; told after it, also by a later tick.
      const decided = alert.escalation?.at ? alert : await alerts.escalate(alert.id, now);
      if (decided) await call(decided, needs);
    }
  },
});

async function call(alert: Alert, needs: Parts): Promise<void> {
  const { alerts, models, replies, audit, links, endpoints, people, clock } = needs;
  const { id, model, environment, status, escalation } = alert;
  // A loss that is back calls again.
  const due = escalation?.due.toISOString() ?? '';
  const spec = models.list().find(({ name }) => name === model);
  const alerting = spec && specIn(spec, environment).alerting;
  const state = await endpoints.get({ model, environment });
  const oncall = spec && onCallAt(alerting, state, people, clock.now());
  // The configuration may have changed, and after a crash it may be over.
  if (oncall && status !== 'resolved') {
    // Also the accounts that they linked themselves.
    const linked = (await links.list()).filter(({ person }) => person === oncall.person);
    const more = linked.filter(
      ({ platform, user }) =>
        !oncall.accounts.some((one) => one.platform === platform && one.user === user),
    );
    const called = { ...oncall, accounts: [...oncall.accounts, ...more] };
    const card = escalated(alert, called, alerting?.escalateAfterMs ?? 0);
    await replies.tell(alertSubject(alert), `escalated-${due}`, card);
    await audit.append({
      ...{ id: `escalate-${id}-${due}`, by: 'wheelhouse', action: 'alert.escalate' as const },
      ...{ subject: id, model, environment, via: 'schedule', after: { oncall: oncall.words } },
    });
  }
  await alerts.escalated(id);
}
