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

/** What somebody may do. */
export interface Rights {
  role: Role;
  /** By environment, where it is another one there. */
  roles?: Readonly<Record<string, Role>>;
}

export interface Person extends Rights {
  /** Stable across platforms: lower case letters, digits, `-` and `_`. */
  id: string;
  name: string;
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
  /** Everybody who holds `role` or more: in that environment, or for what concerns none. */
  atLeast(role: Role, environment?: string): Person[];
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

/** Their role in an environment; without one, for what concerns no environment. */
export function roleIn({ role, roles = {} }: Rights, environment?: string): Role {
  const own = environment !== undefined && Object.hasOwn(roles, environment);
  return (own ? roles[environment] : undefined) ?? role;
}

export function holds(person: Person, role: Role, environment?: string): boolean {
  return rank(roleIn(person, environment)) >= rank(role);
}

/** Whether there is anything that they may do as `role`: in some environment, or besides them. */
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
 * Whether the two may be one and the same behind two accounts: nobody's own approval counts. They are
 * surely two only where one platform knows both: an account that somebody merely says is theirs could
 * be anybody's, and costs nothing.
 */
export function couldBeSame(a: Person, b: Person): boolean {
  return a.id === b.id || !a.on.some((platform) => b.on.includes(platform));
}
