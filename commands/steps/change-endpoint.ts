import { recordDue } from '../../jobs/steps/record-due.ts';
import type { Asking } from '../../src/core/command.ts';
import type { Endpoint } from '../../src/core/endpoint.ts';
import type { AuditDraft } from '../../src/core/ports/audit.ts';
import type { EndpointChange, EndpointState } from '../../src/core/ports/endpoints.ts';
import { note, type Reply } from '../../src/core/reply.ts';
import type { Needs } from '../../src/core/world.ts';
import { endpointNamed, type Named } from './endpoint.ts';

export type ChangeParts = Needs<'models' | 'environments' | 'endpoints' | 'audit' | 'dueEvents'>;

/** What a change is recorded as; about the endpoint, unless it has a subject of its own. */
type Recorded = Pick<AuditDraft, 'action' | 'before' | 'after'> & { subject?: string };

interface Changed {
  endpoint: Endpoint;
  /** How messages call it. */
  place: string;
  /** As it was before; as it is, if nothing was changed. */
  seen: EndpointState;
  /** The answer, if the same call has changed it before: nothing was done now. */
  answered?: Reply;
}

/**
 * Changes the endpoint that the options name in the name of a person, and records that: the events are in the write that
 * changes it, so whoever dies right after it has recorded it too. `step` says what to change, undefined for nothing.
 * `actions`: all that it may be recorded as.
 */
export async function changeEndpoint(
  named: Named & { model: string },
  needs: ChangeParts,
  asking: Asking,
  actions: readonly AuditDraft['action'][],
  step: (
    seen: EndpointState,
  ) => (Omit<EndpointChange, 'events'> & { recorded: Recorded[] }) | undefined,
): Promise<Changed> {
  const { id, by, from } = asking;
  const { endpoint, place } = endpointNamed(named, needs);
  const answered = await answerBefore({ endpoint, place }, actions, needs, asking);
  if (answered) {
    const seen = await needs.endpoints.get(endpoint);
    return { endpoint, place, seen, answered };
  }
  let before: EndpointState | undefined;
  let events: AuditDraft[] = [];
  const after = await needs.endpoints.change(endpoint, (seen) => {
    const found = step(seen);
    [before, events] = [seen, []];
    if (!found) return undefined;
    const { recorded, ...change } = found;
    events = recorded.map(({ action, subject = place, ...what }) => ({
      ...{ id: eventOf(action, { id, from }), by: by.id, action, subject },
      ...{ ...endpoint, via: from.platform, ...what },
    }));
    return { ...change, events };
  });
  for (const event of events) await needs.audit.append(event);
  return { endpoint, place, seen: before ?? after };
}

const eventOf = (action: AuditDraft['action'], { id, from }: Pick<Asking, 'id' | 'from'>) =>
  `${action}-${from.platform}-${id}`;

/**
 * The answer if the same call has changed it before, and its process died before it could say so. It is not done again:
 * somebody may have undone it since.
 */
async function answerBefore(
  { endpoint, place }: { endpoint: Endpoint; place: string },
  actions: readonly AuditDraft['action'][],
  needs: Needs<'audit' | 'dueEvents'>,
  asking: Pick<Asking, 'id' | 'from'>,
): Promise<Reply | undefined> {
  await recordDue(needs);
  const found = await Promise.all(actions.map((one) => needs.audit.find(eventOf(one, asking))));
  if (found.every((one) => one === undefined)) return undefined;
  const next = `/status ${endpoint.model} --in ${endpoint.environment}`;
  return note(
    `This was done: ${place} was changed. ${next} shows how it is now.`,
    'success',
    endpoint,
  );
}
