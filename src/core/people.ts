/** Each includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody as a platform names them; linked to a person by configuration. */
export interface Identity {
  platform: string;
  user: string;
}

export interface Person {
  /** Stable across platforms: lower case letters, digits, `-` and `_`. */
  id: string;
  name: string;
  role: Role;
}

export interface People {
  /** Who that is, or undefined for a stranger. */
  of(identity: Identity): Person | undefined;
  byId(id: string): Person | undefined;
  /** Everybody who holds `role` or more. */
  atLeast(role: Role): Person[];
}

export function holds(person: Person, role: Role): boolean {
  return ROLES.indexOf(person.role) >= ROLES.indexOf(role);
}
