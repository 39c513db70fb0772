import type { Address } from './address.ts';

/** A program that reads what people read and proposes changes, for its owner. */
export interface Agent {
  name: string;
  /** The ID of the person for whom it acts: it can do nothing that they cannot ask for. */
  owner: string;
  /** How many proposals it may file on one day (UTC). */
  proposalsPerDay: number;
  /** How long people can accept a proposal. */
  expiresHours: number;
  /** Where its proposals are posted, besides the channels of the model they are about. */
  homes: readonly Address[];
}

export interface Agents {
  list(): readonly Agent[];
  /** Throws NotFound. */
  get(name: string): Agent;
}

/** `agent claude`, as the requester of a promotion is recorded. */
export const automationOf = (agent: string): string => `agent ${agent}`;
