import { peopleOf } from '../../../config/people.ts';
import type { Identity, People, Role } from '../../../src/core/people.ts';
import type { Links } from '../../../src/core/ports/links.ts';

/** Everyone who acts, each with an account on one of two platforms. */
export const ACCOUNTS = {
  dev: { platform: 'web', user: 'dev' },
  ops: { platform: 'web', user: 'ops' },
  lead: { platform: 'web', user: 'lead' },
  'lead in Slack': { platform: 'slack', user: 'ULEAD' },
  rev: { platform: 'web', user: 'rev' },
  'rev in Slack': { platform: 'slack', user: 'UREV' },
  // Not in the configuration, until somebody links it.
  guest: { platform: 'slack', user: 'UGUEST' },
} as const satisfies Record<string, Identity>;

export type Account = keyof typeof ACCOUNTS;

const ROLES = { dev: 'operator', ops: 'admin', lead: 'approver', rev: 'approver' } as const;
export type Listed = keyof typeof ROLES;

/** The people of a workspace whose configuration changes. */
export function changingPeople(links: Pick<Links, 'list'>) {
  const roles: Record<Listed, Role> = { ...ROLES };
  const read = () =>
    peopleOf(
      {
        dev: { name: 'Dev', role: roles.dev, identities: {} },
        ops: { name: 'Ops', role: roles.ops, identities: { slack: 'UOPS' } },
        lead: { name: 'Lead', role: roles.lead, identities: { slack: 'ULEAD' } },
        rev: { name: 'Rev', role: roles.rev, identities: { slack: 'UREV' } },
      },
      { slack: { users: { UGUEST: 'approver' }, groups: {}, channels: {} } },
    );
  let now = read();
  const people: People = {
    of: (...given) => now.of(...given),
    byId: (...given) => now.byId(...given),
    accountsOf: (...given) => now.accountsOf(...given),
    atLeast: (...given) => now.atLeast(...given),
    stranger: (...given) => now.stranger(...given),
    vouchesFor: (...given) => now.vouchesFor(...given),
    canLink: (...given) => now.canLink(...given),
    link: (...given) => now.link(...given),
    unlink: (...given) => now.unlink(...given),
    replaceLinks: (...given) => now.replaceLinks(...given),
  };
  return {
    people,
    /** Loses the role, or gets it back. */
    async change(who: Listed, isLost: boolean): Promise<void> {
      roles[who] = isLost ? 'viewer' : ROLES[who];
      now = read();
      now.replaceLinks(await links.list());
    },
  };
}
