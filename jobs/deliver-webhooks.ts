import { receiverOff, receiverSubject } from '../src/cards/webhooks.ts';
import { defineJob } from '../src/core/job.ts';
import type { Delivery, ReceiverSpec, Sent } from '../src/core/ports/webhooks.ts';
import type { Needs } from '../src/core/world.ts';
import { concernsAll, healthAfter, retryIn } from '../src/webhooks/health.ts';
import { deliverWebhooks as deliverWebhooksJob } from './declared/index.ts';
import { KEPT_MS } from './steps/follow-audit.ts';
import { spreadEvents } from './steps/spread-events.ts';

type Parts = Needs<'webhooks' | 'deliveries' | 'audit' | 'versions' | 'replies' | 'clock'>;

/** In one round. Another round begins within seconds. */
const MOST = 50;
/** Longer than an attempt may take: if nobody told by then how it ended, it is made again. */
const LEASE_MS = 60_000;

/**
 * Sends a receiver the events that it has not got. What was recorded is read from the audit log behind a cursor, and
 * becomes one delivery each before the cursor moves on: a crash anywhere sends an event again, with the same ID,
 * and never leaves one out.
 */
export const deliverWebhooks = defineJob({
  ...deliverWebhooksJob,

  async run({ receiver: name }, needs: Parts, signal) {
    const { webhooks, deliveries, audit, clock } = needs;
    const spec = webhooks.list().find((one) => one.name === name);
    // The configuration may have changed since it was queued.
    if (!spec) return;
    const head = async () => (await audit.head())?.sequence ?? 0;
    const state = await deliveries.receiver(name, head);
    // The events wait in the audit log.
    if (state.off) return tellOff(spec, state.off, needs);
    await spreadEvents(spec, state, needs, signal);
    if (state.resumeAt && state.resumeAt > clock.now()) return;
    const due = await deliveries.due(name, clock.now(), MOST);
    for (const delivery of due) {
      signal.throwIfAborted();
      if (!(await attempt(delivery, spec, needs, signal))) break;
    }
    if (due.length > 0) await deliveries.prune(new Date(clock.now().getTime() - KEPT_MS));
  },
});

/** False if the others wait too. */
async function attempt(
  waiting: Delivery,
  spec: ReceiverSpec,
  needs: Parts,
  signal: AbortSignal,
): Promise<boolean> {
  const { webhooks, deliveries, clock } = needs;
  const until = new Date(clock.now().getTime() + LEASE_MS);
  const delivery = await deliveries.begin(waiting, until);
  if (!delivery) return true; // Another process has it.
  const { message, body } = delivery;
  const sent = await webhooks.send(spec, { id: message, body }, signal);
  const now = clock.now();
  await deliveries.end(delivery, attemptOf(sent), next(delivery, sent, now));
  const { offAfterDays } = spec;
  const seen = (state: Parameters<typeof healthAfter>[0]) =>
    healthAfter(state, sent, { now, offAfterDays });
  const { off } = await deliveries.change(spec.name, seen);
  if (off) await tellOff(spec, off, needs);
  return off === undefined && !concernsAll(sent);
}

function next({ attempts }: Delivery, sent: Sent, now: Date) {
  if (sent.problem === undefined) return { status: 'delivered', nextAt: now } as const;
  const delay = retryIn(attempts, sent, Math.random());
  return delay === undefined
    ? ({ status: 'failed', nextAt: now } as const)
    : ({ status: 'pending', nextAt: new Date(now.getTime() + delay) } as const);
}

const attemptOf = ({ retryAfterMs: _, ...attempt }: Sent) => attempt;

/** Once for each time it is switched off; again, it changes nothing. */
async function tellOff(
  spec: ReceiverSpec,
  off: { since: Date; why: string },
  { replies }: Needs<'replies'>,
): Promise<void> {
  const subject = receiverSubject(spec.name, off);
  for (const home of spec.homes) await replies.open(subject, home, receiverOff(spec.name, off));
}
