import type { WorkspaceFile } from '../../config/schema.ts';
import type { Role } from '../../src/core/people.ts';

/** The people. Only `mal` is unknown to the container. */
export const CAST = ['boss', 'lead', 'ops', 'ann', 'ben', 'dev', 'eve', 'mal'] as const;
export type Actor = (typeof CAST)[number];

/** Who may vote on requests of `boss`. */
export const VOTERS = ['lead', 'ops', 'ann', 'ben'] as const;
/** Whose vote never counts: the role is too low, unknown, or the requester. */
export const OUTVOTED = ['eve', 'mal', 'boss'] as const;

/** The first is the model's channel: its messages are there, wherever they were requested. */
export const ROOMS = ['flights', 'ops', 'lab'] as const;
export type Room = (typeof ROOMS)[number];

const ROLES: Readonly<Record<Exclude<Actor, 'mal'>, Role>> = {
  boss: 'approver',
  lead: 'approver',
  ops: 'admin',
  ann: 'approver',
  ben: 'approver',
  dev: 'operator',
  eve: 'viewer',
};

export function peopleOn(
  platform: string,
  account: (who: Actor) => string,
): WorkspaceFile['people'] {
  return Object.fromEntries(
    CAST.flatMap((who) => {
      if (who === 'mal') return [];
      const identities = { [platform]: account(who) };
      return [[who, { name: who, role: ROLES[who], roles: {}, identities }]];
    }),
  );
}
