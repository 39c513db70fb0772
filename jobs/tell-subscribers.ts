import { happened, happenedSubject } from '../src/cards/happened.ts';
import { defineJob } from '../src/core/job.ts';
import { specIn } from '../src/core/model.ts';
import type { AuditEvent } from '../src/core/ports/audit.ts';
import { quietUntil } from '../src/core/quiet-hours.ts';
import { covers, kindOf } from '../src/core/subscribed.ts';
import type { Needs } from '../src/core/world.ts';
import { tellSubscribers as tellSubscribersJob } from './declared/index.ts';
import { followAudit } from './steps/follow-audit.ts';

type Parts = Needs<'subscriptions' | 'audit' | 'people' | 'models' | 'replies' | 'clock'>;

/**
 * Puts a line into the outbox about each event of the audit log behind the cursor that somebody subscribed to. It is one
 * message per event, with a copy in each place: done again after a crash, it adds nothing.
 */
export const tellSubscribers = defineJob({
  ...tellSubscribersJob,

  async run(_, needs: Parts, signal) {
    const { subscriptions, audit } = needs;
    const at = await subscriptions.cursor(async () => (await audit.head())?.sequence ?? 0);
    const advance = (from: number, to: number) => subscriptions.advance(from, to);
    await followAudit({ at, advance }, (event) => tell(event, needs), needs, signal);
  },
});

async function tell(
  event: AuditEvent,
  { subscriptions, people, models, replies, clock }: Parts,
): Promise<void> {
  const { action, model, environment, by } = event;
  const kind = kindOf(action)?.kind;
  // The log keeps models that are no longer in the configuration.
  const spec = models.list().find(({ name }) => name === model);
  if (!kind || !spec) return;
  const actor = people.byId(by);
  const state = happened(event, actor?.name ?? by);
  if (!state) return;
  const { alerting } = environment === undefined ? spec : specIn(spec, environment);
  const notBefore = quietUntil(alerting?.quietHours, clock.now());
  for (const subscription of await subscriptions.of(spec.name)) {
    // As they are now: whoever lost their role gets nothing more.
    const person = people.byId(subscription.person);
    if (!person || !covers(subscription, kind, event)) continue;
    // They know what they did themselves; others in a channel do not.
    if (subscription.address.direct && person.id === (actor?.id ?? by)) continue;
    await replies.open(happenedSubject(event), subscription.address, state, notBefore);
  }
}
