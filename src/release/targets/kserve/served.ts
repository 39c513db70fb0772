import { z } from 'zod';
import type { ObservedState, WantedVersion } from '../../../core/target.ts';

/** One version, as the annotations of what serves it name it. */
export interface Served {
  version: number;
  /** SHA-256 of the model file. */
  artifact: string;
  /** ID of the ticket under which it was applied. */
  ticket?: string | undefined;
}

/** What the specification says, of all that is ours. */
export interface Plan {
  /** Undefined: it is not one of ours. */
  predictor: Served | undefined;
  /** With Knative: percent of the requests for the predictor; the rest stays where it was. */
  percent?: number | undefined;
  /** Standard: a second Deployment. */
  canary?: { served: Served; percent: number } | undefined;
}

/** What must be served. */
export interface Goal {
  stable: Served;
  challenger: { served: Served; weight: number } | undefined;
}

/** What a cluster shows of an InferenceService. */
export interface Shown {
  plan: Plan;
  /** By what KServe reports, never by the specification. */
  state: ObservedState;
  /** Why it does not show what it was told, in the words of KServe; undefined: it says nothing. */
  why: string | undefined;
}

const ANNOTATIONS = {
  version: 'wheelhouse/version',
  artifact: 'wheelhouse/sha256',
  ticket: 'wheelhouse/ticket',
} as const;

/** KServe copies these to what it makes of the predictor: revisions, Deployments, pods. */
export const annotationsOf = ({ version, artifact, ticket }: Served): Record<string, string> => ({
  [ANNOTATIONS.version]: String(version),
  [ANNOTATIONS.artifact]: artifact,
  ...(ticket !== undefined && { [ANNOTATIONS.ticket]: ticket }),
});

/** Undefined if they are not ours. */
export function servedIn(
  annotations: Readonly<Record<string, string>> | null | undefined,
): Served | undefined {
  const version = Number(annotations?.[ANNOTATIONS.version]);
  const artifact = annotations?.[ANNOTATIONS.artifact];
  if (!Number.isInteger(version) || artifact === undefined) return undefined;
  return { version, artifact, ticket: annotations?.[ANNOTATIONS.ticket] };
}

export const isSame = (one: Served | undefined, other: Served | undefined): boolean =>
  one !== undefined && one.version === other?.version && one.artifact === other.artifact;

const Envelope = z.object({ payload: z.string() });
const Ticket = z.object({ predicate: z.object({ id: z.string().max(200), issuedAt: z.string() }) });

/**
 * @param before what is served of that version now: its ticket stays while it counts, since another annotation starts
 * new pods
 */
export function servedAs(
  { version, artifact, tickets }: WantedVersion,
  before: readonly (Served | undefined)[],
): Served {
  const known = tickets
    .flatMap((ticket) => {
      const read = Ticket.safeParse(payloadOf(ticket));
      return read.success ? [read.data.predicate] : [];
    })
    .toSorted((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1))
    .map(({ id }) => id);
  const kept = before
    .filter((one) => isSame(one, { version, artifact }))
    .map((one) => one?.ticket)
    .find((id) => id !== undefined && known.includes(id));
  return { version, artifact, ticket: kept ?? known[0] };
}

function payloadOf(ticket: unknown): unknown {
  const envelope = Envelope.safeParse(ticket);
  if (!envelope.success) return undefined;
  try {
    return JSON.parse(Buffer.from(envelope.data.payload, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
