import type { Address } from '../address.ts';

/** Somebody gets the alerts of a model as direct messages. */
export interface Subscription {
  /** The ID of a person. */
  person: string;
  model: string;
  /** `harm`: only alerts about a measured or estimated loss. */
  grade: 'harm' | 'all';
  /** Their conversation with the bot. */
  address: Address;
}

export interface Subscriptions {
  /** Replaces an earlier one of that person to that model. */
  add(subscription: Subscription): Promise<void>;
  /** False if there was none. */
  remove(person: string, model: string): Promise<boolean>;
  of(model: string): Promise<Subscription[]>;
}
