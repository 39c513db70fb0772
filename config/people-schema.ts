import { z } from 'zod';
import { ROLES } from '../src/core/people.ts';

/** Names are checked in contradictions.ts: an invalid key must not hide errors below it. */
const Name = z.string();

export const Person = z.strictObject({
  name: z.string().min(1),
  role: z.enum(ROLES).default('viewer'),
  /** By name of the environment, if the role differs there. */
  roles: z.record(Name, z.enum(ROLES)).default({}),
  /** Accounts on other platforms, e.g. `{ slack: U02ABC }`. */
  identities: z.record(Name, z.string()).default({}),
  /** How they are told what became of their requests. */
  outcomes: z.enum(['mention', 'direct-message', 'none']).optional(),
});

/** A role, or one with others by environment as a person has them. */
const Given = z.union(
  [
    z.enum(ROLES),
    z.strictObject({
      role: z.enum(ROLES).default('viewer'),
      roles: z.record(Name, z.enum(ROLES)).default({}),
    }),
  ],
  `expected one of ${ROLES.join(', ')}, or {role, roles: {environment: role}}`,
);

/** Roles on a platform for accounts that are not listed as people, by the platform's IDs. */
export const Access = z.strictObject({
  groups: z.record(z.string(), Given).default({}),
  channels: z.record(z.string(), Given).default({}),
  users: z.record(z.string(), Given).default({}),
  /** Workspaces or accounts of other companies to which the three keys above apply too. */
  external: z.array(z.string().min(1)).default([]),
});
