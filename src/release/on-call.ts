import type { Alerting, Mention, OnCall } from '../core/alerting.ts';
import type { People } from '../core/people.ts';
import type { EndpointState } from '../core/ports/endpoints.ts';

/** Whoever took over, until their time is over or they left; otherwise whom the file names. Pure. */
export function onCallAt(
  alerting: Pick<Alerting, 'oncall'> | undefined,
  { oncall: handover }: Pick<EndpointState, 'oncall'>,
  people: Pick<People, 'byId' | 'accountsOf'>,
  now: Date,
): OnCall | undefined {
  const person = handover && handover.until > now ? people.byId(handover.person) : undefined;
  if (!handover || !person) return alerting?.oncall;
  return { ...mentionOf(person, people), until: handover.until };
}

/** A person, by all accounts by which they can be notified. */
export function mentionOf(
  { id, name }: { id: string; name: string },
  people: Pick<People, 'accountsOf'>,
): Mention & { person: string } {
  return { words: name, accounts: people.accountsOf(id), groups: [], person: id };
}
