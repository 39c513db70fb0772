import { couldBeSame, type Person } from '../../core/people.ts';

/**
 * The largest set of voters in which every two are certainly different people; among equally large sets, the
 * one that voted first. The input is oldest first with one ID each; the order is kept.
 *
 * Whether two could be the same person depends only on the platforms that know them, so the search branches
 * over sets of platforms, of which there are few, and not over voters.
 */
export function mostDistinct<V extends { person: Person }>(voters: readonly V[]): V[] {
  const kinds = new Map<string, V[]>();
  for (const voter of voters) {
    const kind = [...new Set(voter.person.on)].sort().join(' ');
    const alike = kinds.get(kind);
    // Voters known on no platform could all be one person.
    if (!alike) kinds.set(kind, [voter]);
    else if (kind !== '') alike.push(voter);
  }
  const groups = [...kinds.values()];
  let best: V[] = [];
  const visit = (chosen: readonly V[][], next: number): void => {
    const group = groups[next];
    if (!group) {
      const all = chosen.flat();
      if (all.length > best.length) best = all;
      return;
    }
    const surely = chosen.every(([one]) => {
      const [other] = group;
      return one && other && !couldBeSame(one.person, other.person);
    });
    if (surely) visit([...chosen, group], next + 1);
    visit(chosen, next + 1);
  };
  visit([], 0);
  return voters.filter((voter) => best.includes(voter));
}
