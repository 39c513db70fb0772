/** A step of a graph, and what is done before it. */
export interface Node {
  name: string;
  after: readonly string[];
}

/** The steps, each behind those it comes after, otherwise in their order; or a circle in them, e.g. `a → b → a`. */
export function ordered<N extends Node>(nodes: readonly N[]): { steps: N[] } | { circle: string } {
  const steps: N[] = [];
  const isDone = (name: string) => steps.some((one) => one.name === name);
  for (;;) {
    const next = nodes.find((one) => !isDone(one.name) && one.after.every(isDone));
    if (!next) break;
    steps.push(next);
  }
  const left = nodes.filter(({ name }) => !isDone(name));
  if (left.length === 0) return { steps };
  // Each of those left waits for another of them, so that going back ends in a circle.
  const way: string[] = [];
  let at = left[0];
  while (at && !way.includes(at.name)) {
    way.unshift(at.name);
    const { after } = at;
    at = left.find(({ name }) => after.includes(name));
  }
  const end = at ? way.indexOf(at.name) + 1 : way.length;
  return { circle: [at?.name, ...way.slice(0, end)].join(' → ') };
}

/** The step and everything that comes after it, directly or not. */
export function behind(nodes: readonly Node[], name: string): Set<string> {
  const found = new Set([name]);
  for (const node of nodes) if (node.after.some((one) => found.has(one))) found.add(node.name);
  return found;
}

/** Everything that is done before the step, directly or not. */
export function beforeIt(nodes: readonly Node[], name: string): Set<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const earlier of nodes.find((node) => node.name === one)?.after ?? [])
      if (!found.has(earlier)) {
        found.add(earlier);
        visit(earlier);
      }
  };
  visit(name);
  return found;
}

/** Whether a step has several after it, so that no tree holds the graph. */
export const branches = (nodes: readonly Node[]): boolean =>
  nodes.some(({ name }) => nodes.filter(({ after }) => after.includes(name)).length > 1);

/**
 * The graph as trees, since a job of a flow has one parent: each step with the one that waits for it. A step that several
 * wait for goes with the first of them; the others, and what comes after them, are left out until it is done, when the
 * trees are made again of what is left.
 * @param left the steps that are not done, in order; `after` of each may name others
 */
export function treesOf(left: readonly Node[]): { name: string; parent?: string }[][] {
  const names = new Set(left.map(({ name }) => name));
  const waited = ({ after }: Node) => after.filter((name) => names.has(name));
  const ownerOf = (name: string) => left.find((one) => one.after.includes(name))?.name;
  const late = new Set<string>();
  for (const node of left)
    if (waited(node).some((one) => late.has(one) || ownerOf(one) !== node.name))
      late.add(node.name);
  const placed = left.filter(({ name }) => !late.has(name));
  const parentOf = (name: string) => {
    const owner = ownerOf(name);
    return owner === undefined || late.has(owner) ? undefined : owner;
  };
  const roots = placed.filter(({ name }) => parentOf(name) === undefined);
  return roots.map((root) => {
    const rootOf = (name: string): string => {
      const parent = parentOf(name);
      return parent === undefined ? name : rootOf(parent);
    };
    return placed
      .filter(({ name }) => rootOf(name) === root.name)
      .map(({ name }) => {
        const parent = parentOf(name);
        return { name, ...(parent !== undefined && { parent }) };
      });
  });
}
