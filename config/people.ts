import type { Address } from '../src/core/address.ts';
import {
  type Account,
  holds,
  type Identity,
  type Link,
  type People,
  type Person,
  ROLES,
  type Role,
  raised,
} from '../src/core/people.ts';
import type { WorkspaceFile } from './schema.ts';

/** Adapters of our own know people by their id; other platforms by what is linked. */
const BUILT_IN_PLATFORMS = ['web', 'terminal'];

/** By platform; `external` names the workspaces and accounts of others that are treated like our own. */
type Access = Record<
  string,
  Omit<WorkspaceFile['access'][string], 'external'> & { external?: readonly string[] }
>;

type ListedInFile = WorkspaceFile['people'][string];
type Listed = Omit<ListedInFile, 'roles'> & Partial<Pick<ListedInFile, 'roles'>>;

/** Who somebody is whose account nobody linked. */
const ownId = ({ platform, user }: Account) => `${platform}-${user.toLowerCase()}`;

/** Who is who: the people of the file, and whoever `access` lets in by group, channel or account. */
export function peopleOf(file: Readonly<Record<string, Listed>>, access: Access): People {
  const people = new Map<string, Person>();
  const listed = new Map<string, string>();
  // What people said themselves; the configuration has the word over it.
  const said = new Map<string, Link>();
  // Of accounts that no person is linked to: what they are called, for messages.
  const names = new Map<string, string>();
  for (const [id, { name, role, roles, identities }] of Object.entries(file)) {
    const own = roles && Object.keys(roles).length > 0 && { roles };
    people.set(id, {
      ...{ id, name, role, ...own },
      on: [...BUILT_IN_PLATFORMS, ...Object.keys(identities)],
    });
    for (const [platform, user] of Object.entries(identities))
      listed.set(ownId({ platform, user }), id);
  }
  const ownerOf = (id: string) => listed.get(id) ?? said.get(id)?.person;

  /** Whose that id is by now: an account that is linked takes with it what it did before that. */
  function nowOf(id: string): string {
    const way: string[] = [];
    for (let at = id; ; ) {
      // Each said the code of the other: they are one all the same, by either name.
      if (way.includes(at)) return way.slice(way.indexOf(at)).toSorted()[0] ?? at;
      way.push(at);
      const next = people.has(at) ? undefined : ownerOf(at);
      if (next === undefined) return at;
      at = next;
    }
  }

  function byId(past: string): Person | undefined {
    const id = nowOf(past);
    const person = people.get(id) ?? outsider(id, Object.keys(access), names.get(id));
    const linked = [...said].filter(
      ([, { vouched, person: owner }]) => vouched && nowOf(owner) === id,
    );
    const more = linked.map(([, { platform }]) => platform);
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
      if (BUILT_IN_PLATFORMS.includes(identity.platform))
        return people.has(identity.user) ? byId(identity.user) : undefined;
      const role = highest(rolesGiven(own(access, identity.platform), identity, from));
      const owner = ownerOf(ownId(identity));
      const person = owner === undefined ? role && stranger(identity) : byId(owner);
      return person && role ? raised(person, role) : person;
    },
    byId,
    atLeast: (role, environment) =>
      [...people.values()].filter((person) => holds(person, role, environment)),
    stranger,
    vouchesFor: (identity) =>
      highest(rolesGiven(own(access, identity.platform), identity, undefined)) !== undefined,
    canLink: (account) =>
      !BUILT_IN_PLATFORMS.includes(account.platform) && !listed.has(ownId(account)),
    link: (link) => void said.set(ownId(link), link),
    unlink: (account) => void said.delete(ownId(account)),
    replaceLinks(links) {
      said.clear();
      for (const link of links) said.set(ownId(link), link);
    },
  };
}

function rolesGiven(
  access: Access[string] | undefined,
  { user, groups = [], external }: Identity,
  from: Address | undefined,
): (Role | undefined)[] {
  if (!access) return [];
  // Whoever shares a channel with us is in it too: that gives a role to nobody of another company.
  if (external !== undefined && ![external, user].some((id) => access.external?.includes(id)))
    return [];
  return [
    own(access.users, user),
    ...groups.map((group) => own(access.groups, group)),
    from && own(access.channels, from.channel),
  ];
}

/** Names come from outside: one that every object answers to, such as `constructor`, is not listed. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function highest(roles: readonly (Role | undefined)[]): Role | undefined {
  return ROLES.findLast((role) => roles.includes(role));
}

/** Whose id is an account's: which platform it was. Their rights come with each event, not with the id. */
function outsider(id: string, platforms: readonly string[], name = id): Person | undefined {
  const platform = platforms.find((one) => id.startsWith(`${one}-`));
  return platform === undefined ? undefined : { id, name, role: 'viewer', on: [platform] };
}
