import type { Address } from '../src/core/address.ts';
import {
  holds,
  type Identity,
  type People,
  type Person,
  ROLES,
  type Role,
} from '../src/core/people.ts';
import type { WorkspaceFile } from './schema.ts';

/** Doors of our own know people by their id; other platforms by what the configuration links. */
const OWN_DOORS = ['web', 'terminal'];

type Access = WorkspaceFile['access'];

/** Who is who: the people of the file, and whoever `access` lets in by group, channel or account. */
export function peopleOf(file: WorkspaceFile['people'], access: Access): People {
  const people = new Map<string, Person>();
  const linked = new Map<string, Person>();
  // Accounts that no person is linked to, since somebody in the registry may be one of them.
  const seen = new Map<string, Person>();
  for (const [id, { name, role, identities }] of Object.entries(file)) {
    const person = { id, name, role, on: [...OWN_DOORS, ...Object.keys(identities)] };
    people.set(id, person);
    for (const [platform, user] of Object.entries(identities))
      linked.set(`${platform}:${user}`, person);
  }

  function outsider(identity: Identity, role: Role): Person {
    const { platform, user, name } = identity;
    const id = `${platform}-${user.toLowerCase()}`;
    const person = { id, name: name ?? id, role, on: [platform] };
    seen.set(id, person);
    return person;
  }

  return {
    of(identity, from) {
      const { platform, user } = identity;
      if (OWN_DOORS.includes(platform)) return people.get(user);
      const role = highest(rolesGiven(access[platform], identity, from));
      const person = linked.get(`${platform}:${user}`);
      if (!person) return role && outsider(identity, role);
      return role && !holds(person, role) ? { ...person, role } : person;
    },
    byId: (id) => people.get(id) ?? seen.get(id) ?? absent(id, access),
    atLeast: (role) => [...people.values()].filter((person) => holds(person, role)),
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

/** Somebody of a platform whom this process has not met yet: enough to know which platform it was. */
function absent(id: string, access: Access): Person | undefined {
  const platform = Object.keys(access).find((name) => id.startsWith(`${name}-`));
  return platform === undefined ? undefined : { id, name: id, role: 'viewer', on: [platform] };
}
