import type { Address } from '../src/core/address.ts';
import {
  type Account,
  holds,
  type Identity,
  type Link,
  type People,
  type Person,
  type Rights,
  raised,
} from '../src/core/people.ts';
import type { WorkspaceFile } from './schema.ts';

/** Our own adapters know people by their ID; other platforms know them by linked accounts. */
const BUILT_IN_PLATFORMS = ['web', 'terminal'];

/** By platform; `external` lists workspaces and accounts of other companies that are treated like our own. */
type Access = Record<
  string,
  Omit<WorkspaceFile['access'][string], 'external'> & { external?: readonly string[] }
>;

/** By name: the people in it, and the groups of platforms whose members are in it. */
type Groups = Readonly<
  Record<string, { people: readonly string[]; at: Readonly<Record<string, readonly string[]>> }>
>;

type ListedInFile = WorkspaceFile['people'][string];
type Listed = Omit<ListedInFile, 'roles'> & Partial<Pick<ListedInFile, 'roles'>>;

/** The ID of an account that is not linked to a person. */
const ownId = ({ platform, user }: Account) => `${platform}-${user.toLowerCase()}`;

/** The people of the file, and everyone who has a role through `access` by group, channel or account. */
export function peopleOf(
  file: Readonly<Record<string, Listed>>,
  access: Access,
  groups: Groups = {},
): People {
  const inGroups = (isIn: (group: Groups[string]) => boolean) => {
    const names = Object.entries(groups).flatMap(([name, group]) => (isIn(group) ? [name] : []));
    return names.length > 0 ? { groups: names } : {};
  };
  const people = new Map<string, Person>();
  const listed = new Map<string, string>();
  // Links that people made themselves; the configuration takes precedence.
  const said = new Map<string, Link>();
  // Display names of accounts that are not linked to a person.
  const names = new Map<string, string>();
  for (const [id, { name, role, roles, identities, outcomes }] of Object.entries(file)) {
    const own = roles && Object.keys(roles).length > 0 && { roles };
    people.set(id, {
      ...{ id, name, role, ...own },
      ...(outcomes && { outcomes }),
      on: [...BUILT_IN_PLATFORMS, ...Object.keys(identities)],
      ...inGroups((group) => group.people.includes(id)),
    });
    for (const [platform, user] of Object.entries(identities))
      listed.set(ownId({ platform, user }), id);
  }
  const ownerOf = (id: string) => listed.get(id) ?? said.get(id)?.person;

  /** The current owner of an ID: when an account is linked, what it did before belongs to the person too. */
  function nowOf(id: string): string {
    const way: string[] = [];
    for (let at = id; ; ) {
      // Two accounts that entered each other's code are one person; either name will do.
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
      const given = rightsGiven(own(access, identity.platform), identity, from);
      const owner = ownerOf(ownId(identity));
      if (owner === undefined && given.length === 0) return undefined;
      const person = owner === undefined ? stranger(identity) : byId(owner);
      const { platform, groups: reported = [] } = identity;
      const isOurs = isTrusted(own(access, platform), identity);
      const through = inGroups(
        ({ at }) => isOurs && (own(at, platform) ?? []).some((id) => reported.includes(id)),
      );
      return person && withGroups(given.reduce(raised, person), through.groups);
    },
    byId,
    accountsOf: (id) => [
      ...Object.entries(file[id]?.identities ?? {}).map(([platform, user]) => ({ platform, user })),
      ...[...said.values()]
        .filter(({ person }) => nowOf(person) === id)
        .map(({ platform, user }) => ({ platform, user })),
    ],
    atLeast: (role, environment) =>
      [...people.values()].filter((person) => holds(person, role, environment)),
    stranger,
    vouchesFor: (identity) =>
      rightsGiven(own(access, identity.platform), identity, undefined).length > 0,
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

function withGroups(person: Person, more: readonly string[] = []): Person {
  return more.length > 0 ? { ...person, groups: [...(person.groups ?? []), ...more] } : person;
}

/** People of other companies can be in a shared channel: it must not give them a role, nor a group. */
function isTrusted(access: Access[string] | undefined, { user, external }: Identity): boolean {
  return (
    external === undefined || [external, user].some((id) => access?.external?.includes(id) === true)
  );
}

function rightsGiven(
  access: Access[string] | undefined,
  identity: Identity,
  from: Address | undefined,
): Rights[] {
  if (!access || !isTrusted(access, identity)) return [];
  const { user, groups = [] } = identity;
  const given = [
    own(access.users, user),
    ...groups.map((group) => own(access.groups, group)),
    from && own(access.channels, from.channel),
  ];
  return given.flatMap((one) => (typeof one === 'string' ? { role: one } : (one ?? [])));
}

/** Names come from outside: one that every object has, such as `constructor`, is not an entry. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A person for the ID of an unlinked account. Their rights come with each event, not with the ID. */
function outsider(id: string, platforms: readonly string[], name = id): Person | undefined {
  const platform = platforms.find((one) => id.startsWith(`${one}-`));
  return platform === undefined ? undefined : { id, name, role: 'viewer', on: [platform] };
}
