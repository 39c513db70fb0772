import type { Address } from '../address.ts';
import type { AuditDraft } from './audit.ts';

/** What people can subscribe to besides alerts, which have messages of their own. */
export const KINDS = ['deployments', 'approvals', 'training', 'data'] as const;
export type Kind = (typeof KINDS)[number];

/** Somebody gets what happens to a model, as direct messages or in a channel. */
export interface Subscription {
  /** The ID of the person who subscribed. */
  person: string;
  model: string;
  /** `harm`: only alerts about a measured or estimated loss; undefined: none. */
  grade?: 'harm' | 'all';
  /** Kinds of events; undefined: none. */
  kinds?: readonly Kind[];
  /** Only what concerns it; undefined: all. */
  environment?: string;
  /** Only events after this place in the audit log. */
  since?: number;
  /** Their conversation with the bot, or a channel. */
  address: Address;
}

/** `event`: stored with the change. */
export interface Subscriptions {
  /**
   * Replaces an earlier one to that model: of that person by direct message, or of anybody in that channel.
   * @throws Refused, without changes, if the person has as many as they may have
   */
  add(subscription: Subscription, event?: AuditDraft): Promise<void>;
  /** The one by direct message. False if there was none. */
  remove(person: string, model: string, event?: AuditDraft): Promise<boolean>;
  /** The one in a channel, whoever made it. False if there was none. */
  removeAt(address: Address, model: string, event?: AuditDraft): Promise<boolean>;
  of(model: string): Promise<Subscription[]>;
  /** Events of the audit log up to this one are in the outbox; a new cursor begins at `head`. */
  cursor(head: () => Promise<number>): Promise<number>;
  /** Moves the cursor, if it is still at `from`. */
  advance(from: number, to: number): Promise<void>;
}
