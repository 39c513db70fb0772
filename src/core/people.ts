import type { Address } from './address.ts';

/** Each includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody as a platform names them; linked to a person by configuration. */
export interface Identity {
  platform: string;
  user: string;
  /** What they are called there, for messages. */
  name?: string;
  /** The groups or roles that they are in there. */
  groups?: readonly string[];
  /**
   * Of somebody who is not of our workspace there, e.g. in a channel that two companies share: the id of
   * their own, or `unknown` while the platform does not say whose they are.
   */
  external?: string;
}

/** An account on a platform. */
export type Account = Pick<Identity, 'platform' | 'user'>;

/** An account that somebody said is theirs. */
export interface Link extends Account {
  /** Whose it is, by id. */
  person: string;
  /** The configuration gives that account rights of its own: it is more than their word. */
  vouched?: true;
}

export interface Person {
  /** Stable across platforms: lower case letters, digits, `-` and `_`. */
  id: string;
  name: string;
  role: Role;
  /** The platforms on which we know who that is, by more than their own word. */
  on: readonly string[];
}

/** Who is who. */
export interface Directory {
  /**
   * Who that is, with the highest role that the configuration gives them: by name, by a group of
   * theirs or by the channel they speak in. Undefined for a stranger.
   */
  of(identity: Identity, from?: Address): Person | undefined;
  /** Of an account that was linked meanwhile: whoever it is now. So ids are compared by what this gives. */
  byId(id: string): Person | undefined;
  /** Everybody who holds `role` or more. */
  atLeast(role: Role): Person[];
}

/** Who is who, and how that changes. */
export interface People extends Directory {
  /** Somebody without any right. */
  stranger(identity: Identity): Person;
  /** Whether an account has rights of its own, wherever it speaks. */
  vouchesFor(identity: Identity): boolean;
  /** False where the configuration says whose account it is: nobody else's word changes that. */
  canLink(account: Account): boolean;
  /** From now on that account is that person's. */
  link(link: Link): void;
  unlink(account: Account): void;
  replaceLinks(links: readonly Link[]): void;
}

export function holds(person: Person, role: Role): boolean {
  return ROLES.indexOf(person.role) >= ROLES.indexOf(role);
}

/**
 * Whether the two may be one and the same behind two accounts: nobody's own approval counts. They are
 * surely two only where one platform knows both: an account that somebody merely says is theirs could
 * be anybody's, and costs nothing.
 */
export function couldBeSame(a: Person, b: Person): boolean {
  return a.id === b.id || !a.on.some((platform) => b.on.includes(platform));
}
