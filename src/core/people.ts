import type { Address } from './address.ts';

/** Each includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An account as a platform identifies it; the configuration can link it to a person. */
export interface Identity {
  platform: string;
  user: string;
  /** The display name there, for messages. */
  name?: string;
  /** The groups or roles that the account has there. */
  groups?: readonly string[];
  /**
   * Set for an account from outside our workspace, e.g. in a channel that two companies share: the ID of its
   * workspace, or `unknown` until the platform says which it is.
   */
  external?: string;
}

/** An account on a platform. */
export type Account = Pick<Identity, 'platform' | 'user'>;

/** An account that a person has linked as theirs. */
export interface Link extends Account {
  /** The ID of the person. */
  person: string;
  /** The configuration gives the account rights of its own, so the link is more than a claim. */
  vouched?: true;
}

/** What a person may do. */
export interface Rights {
  role: Role;
  /** By environment, if the role differs there. */
  roles?: Readonly<Record<string, Role>>;
}

export interface Person extends Rights {
  /** Stable across platforms: lower case letters, digits, `-` and `_`. */
  id: string;
  name: string;
  /** The platforms on which this person is known by more than their own claim. */
  on: readonly string[];
  /** Names of groups in the configuration that they belong to, by name or through their platform. */
  groups?: readonly string[];
  /** How they are told what became of their requests; default: by a mention in the thread. */
  outcomes?: 'mention' | 'direct-message' | 'none';
}

/** Who the accounts belong to. */
export interface Directory {
  /**
   * The person, with the highest role that the configuration gives them: by name, by group, or by the
   * channel. Undefined if unknown.
   */
  of(identity: Identity, from?: Address): Person | undefined;
  /** The person of an ID; for an account that was linked later, its owner. Compare IDs by this result. */
  byId(id: string): Person | undefined;
  /**
   * All people with at least `role`: in that environment, or without one, for actions without an environment.
   */
  atLeast(role: Role, environment?: string): Person[];
}

/** Who the accounts belong to, and how that changes. */
export interface People extends Directory {
  /** The accounts that the configuration or the person says are theirs, on platforms that can notify them. */
  accountsOf(id: string): Account[];
  /** A person without any role. */
  stranger(identity: Identity): Person;
  /** Whether an account has rights of its own, in every channel. */
  vouchesFor(identity: Identity): boolean;
  /** False if the configuration says whose account it is: a link cannot change that. */
  canLink(account: Account): boolean;
  /** From now on the account belongs to that person. */
  link(link: Link): void;
  unlink(account: Account): void;
  replaceLinks(links: readonly Link[]): void;
}

/** Their role in an environment; without one, for actions without an environment. */
export function roleIn({ role, roles = {} }: Rights, environment?: string): Role {
  const own = environment !== undefined && Object.hasOwn(roles, environment);
  return (own ? roles[environment] : undefined) ?? role;
}

export function holds(person: Person, role: Role, environment?: string): boolean {
  return rank(roleIn(person, environment)) >= rank(role);
}

/** Whether they have `role` anywhere: in some environment, or for actions without one. */
export function holdsSomewhere(person: Person, role: Role): boolean {
  return [person.role, ...Object.values(person.roles ?? {})].some((one) => rank(one) >= rank(role));
}

/** The same person with the rights in addition: the higher role, in each environment and for what concerns none. */
export function raised(person: Person, rights: Rights): Person {
  const most = (environment?: string) => {
    const [own, given] = [roleIn(person, environment), roleIn(rights, environment)];
    return rank(own) >= rank(given) ? own : given;
  };
  const named = new Set([person, rights].flatMap(({ roles = {} }) => Object.keys(roles)));
  const roles = Object.fromEntries([...named].map((name) => [name, most(name)]));
  return { ...person, role: most(), ...(named.size > 0 && { roles }) };
}

const rank = (role: Role): number => ROLES.indexOf(role);

/**
 * Whether two accounts may belong to one person: nobody's own approval may count. They are certainly two
 * people only if one platform knows both. A linked account proves nothing, because anyone can create
 * accounts.
 */
export function couldBeSame(a: Person, b: Person): boolean {
  return a.id === b.id || !a.on.some((platform) => b.on.includes(platform));
}
