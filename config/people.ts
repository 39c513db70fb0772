import { holds, type People, type Person } from '../src/core/people.ts';
import type { WorkspaceFile } from './schema.ts';

/** Doors of our own know people by their id; other platforms by what the configuration links. */
const OWN_DOORS = ['web', 'terminal'];

export function peopleOf(file: WorkspaceFile['people']): People {
  const people = new Map<string, Person>();
  const linked = new Map<string, Person>();
  for (const [id, { name, role, identities }] of Object.entries(file)) {
    const person = { id, name, role };
    people.set(id, person);
    for (const [platform, user] of Object.entries(identities))
      linked.set(`${platform}:${user}`, person);
  }
  return {
    of: ({ platform, user }) =>
      OWN_DOORS.includes(platform) ? people.get(user) : linked.get(`${platform}:${user}`),
    byId: (id) => people.get(id),
    atLeast: (role) => [...people.values()].filter((person) => holds(person, role)),
  };
}
