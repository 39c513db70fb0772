import type { Endpoint } from '../endpoint.ts';
import type { RolloutEnd, RolloutState } from '../rollout.ts';
import type { AuditDraft } from './audit.ts';

/** A change in progress at an endpoint: no other one may begin. */
export interface Lock {
  /** The person who asked for the change. */
  by: string;
  /** Without a full stop, e.g. `promoting v7`. */
  why: string;
  /** The request it belongs to: the same change may take its lock again. */
  change: string;
  since: Date;
  /** Afterwards it no longer counts, so that a process that died holds nothing for ever. */
  until: Date;
}

/** Automation leaves the endpoint alone until a person resumes it. */
export interface Hold {
  since: Date;
  by: string;
  /** Without a full stop, e.g. `v7 was rolled back: late flights are missed`. */
  why: string;
}

/** Somebody is on call instead of whom the file names. */
export interface Handover {
  person: string;
  /** Who handed over. */
  by: string;
  since: Date;
  /** Afterwards, whom the file names is called again. */
  until: Date;
}

/** One document for each model and environment, changed as a whole, conditional on its revision. */
export interface EndpointState extends Endpoint {
  /** Grows with every change; 0 if nothing was ever stored. */
  revision: number;
  /** The deployment that is live, or was taken out of service; undefined before the first. */
  stable?: string;
  lock?: Lock;
  hold?: Hold;
  oncall?: Handover;
  /** A switch ends it, in the same write. */
  rollout?: RolloutState;
  /** The last rollout that ended. */
  ended?: RolloutEnd;
}

/** `null` removes the field; one that is left out stays as it is. */
export interface EndpointChange {
  lock?: Lock | null;
  hold?: Hold | null;
  oncall?: Handover | null;
  rollout?: RolloutState | null;
  ended?: RolloutEnd;
  /** Stored with the change, so that they are recorded even if the process dies before it can. */
  events?: readonly AuditDraft[];
}

export interface Endpoints {
  /** Revision 0 if nothing was ever stored. */
  get(endpoint: Endpoint): Promise<EndpointState>;
  /** All with something stored, by name. */
  list(): Promise<EndpointState[]>;
  /**
   * Changes the endpoint. `step` gets what is stored and says what to change, undefined for nothing; it is
   * asked again if another process changed the endpoint in between. What it throws is passed on, and then
   * nothing changes.
   */
  change(
    endpoint: Endpoint,
    step: (seen: EndpointState) => EndpointChange | undefined | Promise<EndpointChange | undefined>,
  ): Promise<EndpointState>;
}
