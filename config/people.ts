import type { Address } from '../src/core/address.ts';
import {
  type Account,
  holds,
  type Identity,
  type People,
  type Person,
  ROLES,
  type Role,
} from '../src/core/people.ts';
import type { WorkspaceFile } from './schema.ts';

/** Doors of our own know people by their id; other platforms by what is linked. */
const OWN_DOORS = ['web', 'terminal'];

type Access = WorkspaceFile['access'];

const nameOf = ({ platform, user }: Account) => `${platform}:${user}`;
const ownId = ({ platform, user }: Account) => `${platform}-${user.toLowerCase()}`;

/** Who is who: the people of the file, and whoever `access` lets in by group, channel or account. */
export function peopleOf(file: WorkspaceFile['people'], access: Access): People {
  const people = new Map<string, Person>();
  const listed = new Map<string, string>();
  // What people said themselves; the configuration has the word over it.
  const said = new Map<string, string>();
  // Of accounts that no person is linked to: what they are called, for messages.
  const names = new Map<string, string>();
  for (const [id, { name, role, identities }] of Object.entries(file)) {
    people.set(id, { id, name, role, on: [...OWN_DOORS, ...Object.keys(identities)] });
    for (const [platform, user] of Object.entries(identities))
      listed.set(nameOf({ platform, user }), id);
  }
  const ownerOf = (account: Account) => listed.get(nameOf(account)) ?? said.get(nameOf(account));

  function byId(id: string): Person | undefined {
    const person = people.get(id) ?? outsider(id, Object.keys(access), names.get(id));
    const linked = [...said].filter(([, owner]) => owner === id);
    const more = linked.map(([account]) => account.slice(0, account.indexOf(':')));
    return person && { ...person, on: [...person.on, ...more] };
  }

  function stranger(identity: Identity): Person {
    const { platform, name } = identity;
    const id = ownId(identity);
    if (name) names.set(id, name);
    return { id, name: name ?? id, role: 'viewer', on: [platform] };
  }

  return {
    of(identity, from) {
      if (OWN_DOORS.includes(identity.platform))
        return people.has(identity.user) ? byId(identity.user) : undefined;
      const role = highest(rolesGiven(access[identity.platform], identity, from));
      const owner = ownerOf(identity);
      const person = owner === undefined ? role && stranger(identity) : byId(owner);
      return person && role && !holds(person, role) ? { ...person, role } : person;
    },
    byId,
    atLeast: (role) => [...people.values()].filter((person) => holds(person, role)),
    stranger,
    canLink: (account) => !OWN_DOORS.includes(account.platform) && !listed.has(nameOf(account)),
    link(account, person) {
      if (person === undefined) said.delete(nameOf(account));
      else said.set(nameOf(account), person);
    },
    replaceLinks(links) {
      said.clear();
      for (const link of links) said.set(nameOf(link), link.person);
    },
  };
}

function rolesGiven(
  access: Access[string] | undefined,
  { user, groups = [] }: Identity,
  from: Address | undefined,
): (Role | undefined)[] {
  if (!access) return [];
  return [
    access.users[user],
    ...groups.map((group) => access.groups[group]),
    from && access.channels[from.channel],
  ];
}

function highest(roles: readonly (Role | undefined)[]): Role | undefined {
  return ROLES.findLast((role) => roles.includes(role));
}

/** Whose id is an account's: which platform it was. Their rights come with each event, not with the id. */
function outsider(id: string, platforms: readonly string[], name = id): Person | undefined {
  const platform = platforms.find((one) => id.startsWith(`${one}-`));
  return platform === undefined ? undefined : { id, name, role: 'viewer', on: [platform] };
}
