import type { WorkspaceFile } from '../../config/schema.ts';
import type { Role } from '../../src/core/people.ts';

/** Who acts. Only `mal` is unknown to the container. */
export const CAST = ['boss', 'lead', 'ops', 'ann', 'ben', 'dev', 'eve', 'mal'] as const;
export type Actor = (typeof CAST)[number];

/** Who may vote on what `boss` asked for. */
export const VOTERS = ['lead', 'ops', 'ann', 'ben'] as const;
/** Whose vote never counts: too low a role, unknown, the asker's own. */
export const OUTVOTED = ['eve', 'mal', 'boss'] as const;

/** The first is the home of the model: its messages stand there, wherever they were asked for. */
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
