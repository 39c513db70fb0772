import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beforeIt, behind, type Node, ordered, treesOf } from '../../src/core/pipeline-graph.ts';
import { tries } from '../sweep.ts';

/** Any acyclic graph: a step comes after some of those before it. */
const graph = fc
  .array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((all): Node[] =>
    all.map((after, at) => ({
      name: `s${at}`,
      after: [...new Set(after.filter((one) => one < at).map((one) => `s${one}`))],
    })),
  );

it('queues every step of any graph, once those before it are done and not sooner', () => {
  fc.assert(
    fc.property(graph, fc.infiniteStream(fc.nat(99)), (nodes, picks) => {
      const done: string[] = [];
      while (done.length < nodes.length) {
        const left = nodes.filter(({ name }) => !done.includes(name));
        const trees = treesOf(left);
        const placed = trees.flat().map(({ name }) => name);
        expect(new Set(placed).size).toBe(placed.length);
        for (const tree of trees) {
          // In a flow's order: a step comes after what it waits for, the root last.
          for (const [at, { name, parent }] of tree.entries()) {
            if (parent === undefined) expect(at).toBe(tree.length - 1);
            else expect(tree.findIndex((one) => one.name === parent)).toBeGreaterThan(at);
            const own = nodes.find((one) => one.name === name)?.after ?? [];
            const open = own.filter((one) => !done.includes(one));
            const below = tree.filter((one) => one.parent === name).map((one) => one.name);
            expect(below.toSorted()).toEqual(open.toSorted());
          }
        }
        // A flow begins with its leaves: one of them is done next.
        const leaves = trees.flatMap((tree) =>
          tree.filter(({ name }) => !tree.some(({ parent }) => parent === name)),
        );
        const { value = 0 } = picks.next();
        const next = leaves[value % leaves.length];
        if (!next) throw new Error('nothing can be done, and something is left');
        done.push(next.name);
      }
    }),
    tries(2000),
  );
});

it('orders what it can, and names a circle', () => {
  const node = (name: string, ...after: string[]): Node => ({ name, after });
  expect(ordered([node('b', 'a'), node('a')])).toEqual({ steps: [node('a'), node('b', 'a')] });
  expect(ordered([node('a', 'c'), node('b', 'a'), node('c', 'b'), node('d', 'c')])).toEqual({
    circle: expect.stringMatching(/^(\w) → \w → \w → \1$/),
  });
  expect(ordered([node('a', 'a')])).toEqual({ circle: 'a → a' });
  fc.assert(
    fc.property(graph, (nodes) => {
      const sorted = ordered(nodes.toReversed());
      if ('circle' in sorted) throw new Error(sorted.circle);
      expect(sorted.steps).toHaveLength(nodes.length);
      for (const [at, { after }] of sorted.steps.entries())
        for (const one of after)
          expect(sorted.steps.findIndex(({ name }) => name === one)).toBeLessThan(at);
    }),
    tries(200),
  );
});

it('knows what is before a step and behind it', () => {
  fc.assert(
    fc.property(graph, (nodes) => {
      for (const { name } of nodes)
        for (const other of beforeIt(nodes, name)) expect(behind(nodes, other)).toContain(name);
    }),
    tries(200),
  );
});
