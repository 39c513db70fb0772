import { z } from 'zod';
import type { Json } from '../core/json.ts';
import type { AuditEvent } from '../core/ports/audit.ts';

/** The draft that has approvals: https://cdevents.dev. */
const SPEC = '0.6.0-draft';

type CdEvent = {
  context: { specversion: string; id: string; source: string; type: string; timestamp: string };
  subject: { id: string; source: string; content: { [field: string]: Json } };
  /** What CDEvents has no field for. */
  customData: { [field: string]: Json | undefined };
  customDataContentType: 'application/json';
};

interface About {
  source: string;
  publicUrl?: string | undefined;
  artifact?: string | undefined;
}

interface Told {
  /** Of the subject: an endpoint for `service`, a request for `approval`, an alert for `incident`. */
  id: string;
  /** Its name in CDEvents, with the version of its schema. */
  type: string;
  content: { [field: string]: Json };
}

type Teller = (event: Named, about: About) => Told | undefined;
type Named = AuditEvent & { model: string; environment: string };

/** Undefined if CDEvents has no type for it, or asks for what the event does not know. */
export function cdEventOf(event: AuditEvent, about: About): CdEvent | undefined {
  const { model, environment } = event;
  if (model === undefined || environment === undefined) return undefined;
  const told = TELLERS[event.action]?.({ ...event, model, environment }, about);
  if (!told) return undefined;
  const { id, type, content } = told;
  const { source } = about;
  const { action, by, via, before, after, sequence } = event;
  return {
    context: {
      ...{ specversion: SPEC, id: event.id, source, type: `dev.cdevents.${type}` },
      timestamp: event.at.toISOString(),
    },
    subject: { id, source, content },
    customData: { action, by, model, environment, via, before, after, sequence },
    customDataContentType: 'application/json',
  };
}

const service =
  (predicate: string): Teller =>
  (event, { artifact }) => {
    const { model, environment } = event;
    const version = versionIn(event.after);
    if (artifact === undefined || version === undefined) return undefined;
    const artifactId = `pkg:generic/${encodeURIComponent(model)}@${version}?checksum=sha256:${artifact}`;
    const content = { environment: { id: environment }, artifactId };
    return { id: `${model}/${environment}`, type: `service.${predicate}.0.3.0`, content };
  };

const TELLERS: Readonly<Record<string, Teller>> = {
  'deployment.live': (event, about) =>
    service(versionIn(event.before) === undefined ? 'deployed' : 'upgraded')(event, about),
  'deployment.rollback': service('rolledback'),
  'deployment.undeploy': ({ model, environment }) => ({
    ...{ id: `${model}/${environment}`, type: 'service.removed.0.3.0' },
    content: { environment: { id: environment } },
  }),
  'promotion.requested': (event, about) =>
    // Its gates may be checked again: it is created once.
    event.id === `gates-${event.subject}`
      ? approval('created', event, about, { requestor: personUrn(event.by) })
      : undefined,
  'approval.approve': (event, about) => decided('approved', event, about),
  'approval.reject': (event, about) => decided('rejected', event, about),
  'approval.approved': (event, about) => closed('approved', 'approved', event, about),
  'approval.rejected': (event, about) => closed('rejected', 'rejected', event, about),
  'approval.expired': (event, about) => closed('deferred', 'expired', event, about),
  'approval.superseded': (event, about) => closed('deferred', 'cancelled', event, about),
  'alert.open': ({ subject, model, environment, after }) => ({
    ...{ id: subject, type: 'incident.detected.0.3.0' },
    content: {
      description: `${Monitor.safeParse(after).data?.monitor ?? 'A monitor'} of ${model} in ${environment} raised an alert.`,
      ...{ environment: { id: environment }, service: { id: `${model}/${environment}` } },
    },
  }),
};

const Monitor = z.object({ monitor: z.string() });
const Version = z.object({ version: z.number() });
const versionIn = (state: Json | undefined): number | undefined =>
  Version.safeParse(state).data?.version;

/** The version that an event made live: its artifact is what CDEvents asks for. */
export const servedVersion = ({ action, after }: AuditEvent): number | undefined =>
  action === 'deployment.live' || action === 'deployment.rollback' ? versionIn(after) : undefined;

/** A person or automation of the workspace. */
const personUrn = (id: string): string => `urn:wheelhouse:person:${encodeURIComponent(id)}`;

function approval(
  predicate: string,
  { subject, model, environment }: Named,
  { publicUrl = '' }: About,
  more: { [field: string]: Json },
): Told {
  // The page of the endpoint shows its open requests.
  const page = `${publicUrl}/#/models/${encodeURIComponent(model)}/${encodeURIComponent(environment)}`;
  const content = { approvalDetailsUrl: page, resourceTargetUrl: page, ...more };
  return { id: subject, type: `approval.${predicate}.0.1.0`, content };
}

const decided = (decision: string, event: Named, about: About): Told =>
  approval('updated', event, about, { responder: personUrn(event.by), decision });

const closed = (decision: string, status: string, event: Named, about: About): Told =>
  approval('closed', event, about, { responder: personUrn(event.by), decision, status });
