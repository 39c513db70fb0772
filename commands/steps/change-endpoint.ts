import type { Asking } from '../../src/core/command.ts';
import type { Endpoint } from '../../src/core/endpoint.ts';
import type { AuditDraft } from '../../src/core/ports/audit.ts';
import type { EndpointChange, EndpointState } from '../../src/core/ports/endpoints.ts';
import type { Needs } from '../../src/core/world.ts';
import { endpointNamed, type Named } from './endpoint.ts';

export type ChangeParts = Needs<'models' | 'environments' | 'endpoints' | 'audit'>;

/** What a change is recorded as; about the endpoint, unless it has a subject of its own. */
type Recorded = Pick<AuditDraft, 'action' | 'before' | 'after'> & { subject?: string };

interface Changed {
  endpoint: Endpoint;
  /** How messages call it. */
  place: string;
  /** As it was before; as it is, if nothing was changed. */
  seen: EndpointState;
  isChanged: boolean;
}

/**
 * Changes the endpoint that the options name in the name of a person, and records that: the events are in the write that
 * changes it, so whoever dies right after it has recorded it too. `step` says what to change, undefined for nothing.
 */
export async function changeEndpoint(
  named: Named & { model: string },
  needs: ChangeParts,
  { id, by, from }: Asking,
  step: (
    seen: EndpointState,
  ) => (Omit<EndpointChange, 'events'> & { recorded: Recorded[] }) | undefined,
): Promise<Changed> {
  const { endpoint, place } = endpointNamed(named, needs);
  let before: EndpointState | undefined;
  let events: AuditDraft[] = [];
  const after = await needs.endpoints.change(endpoint, (seen) => {
    const found = step(seen);
    [before, events] = [seen, []];
    if (!found) return undefined;
    const { recorded, ...change } = found;
    events = recorded.map(({ action, subject = place, ...what }) => ({
      ...{ id: `${action}-${from.platform}-${id}`, by: by.id, action, subject },
      ...{ ...endpoint, via: from.platform, ...what },
    }));
    return { ...change, events };
  });
  for (const event of events) await needs.audit.append(event);
  return { endpoint, place, seen: before ?? after, isChanged: events.length > 0 };
}
