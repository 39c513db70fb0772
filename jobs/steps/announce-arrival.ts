import {
  arrivalState,
  arrivalSubject,
  unreadableState,
  unreadableSubject,
} from '../../src/cards/arrival.ts';
import { toJson } from '../../src/core/json.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Arrival, Sighting } from '../../src/core/ports/arrivals.ts';
import type { Needs } from '../../src/core/world.ts';

export type Announcing = Needs<'arrivals' | 'replies' | 'audit'>;

/** Records a judged arrival, and posts it if it is in quarantine. Again, it changes nothing. */
export async function announceArrival(
  arrival: Arrival,
  model: ModelSpec,
  needs: Announcing,
): Promise<void> {
  const wasBad = arrival.checks.some(({ status }) => status === 'bad');
  await needs.audit.append({
    id: `data-${arrival.id}`,
    by: 'wheelhouse',
    action: wasBad ? 'data.quarantined' : 'data.accepted',
    subject: arrival.id,
    model: arrival.model,
    via: 'schedule',
    after: toJson({
      ...{ name: arrival.name, sha256: arrival.sha256, rows: arrival.rows },
      checks: Object.fromEntries(arrival.checks.map(({ name, status }) => [name, status])),
    }),
  });
  if (wasBad) {
    for (const home of model.homes)
      await needs.replies.open(arrivalSubject(arrival), home, arrivalState(arrival));
    await showArrival(arrival.id, needs);
  }
  await needs.arrivals.announced(arrival.id);
}

/** Shows an arrival as it is now. */
export async function showArrival(
  id: string,
  { arrivals, replies }: Needs<'arrivals' | 'replies'>,
): Promise<void> {
  let shown: Arrival | undefined;
  // Somebody may decide between the reading and the writing: the last state must be shown last.
  for (;;) {
    const arrival = await arrivals.get(id);
    if (arrival.status === shown?.status) return;
    await replies.show(arrivalSubject(arrival), arrivalState(arrival));
    shown = arrival;
  }
}

/** Posts that a file cannot be read: once for each file and reason. */
export async function announceUnreadable(
  { sighting, why }: { sighting: Sighting; why: string },
  model: ModelSpec,
  { replies }: Announcing,
): Promise<void> {
  if (sighting.unreadable?.why === why) return;
  const subject = unreadableSubject(sighting);
  const state = unreadableState(sighting, why);
  for (const home of model.homes) await replies.open(subject, home, state);
  await replies.show(subject, state);
}
