import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Collection } from '../../src/embedded/collection.ts';
import { compare } from '../../src/embedded/order.ts';
import { walksFor } from '../../src/embedded/plan.ts';
import { SortedIndex } from '../../src/embedded/sorted-index.ts';
import type { Doc } from '../../src/embedded/values.ts';

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 6 }) },
  fc.constantFrom(null, 'a', 'b', true, new Date(3), Number.NaN),
  fc.record({ x: fc.integer({ min: 0, max: 2 }) }),
);
const fieldValue = fc.oneof({ weight: 5, arbitrary: value }, fc.array(value, { maxLength: 3 }));
const document = fc.record({ a: fieldValue, b: fieldValue, c: value }, { requiredKeys: [] });
const condition: fc.Arbitrary<unknown> = fc.oneof(
  value,
  fc.array(value, { maxLength: 3 }).map(($in) => ({ $in })),
  fc.tuple(fc.constantFrom('$gt', '$gte'), value).map(([name, v]) => ({ [name]: v })),
  fc.tuple(fc.constantFrom('$lt', '$lte'), value).map(([name, v]) => ({ [name]: v })),
  fc.tuple(value, value).map(([$gte, $lt]) => ({ $gte, $lt })),
  value.map(($ne) => ({ $ne })),
);
const filter = fc.record({ a: condition, b: condition, c: condition }, { requiredKeys: [] });
const direction = fc.constantFrom<1 | -1>(1, -1);
const keys = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', '_id'), direction), {
    selector: ([field]) => field,
    minLength: 1,
  })
  .map((pairs): Record<string, 1 | -1> => Object.fromEntries(pairs));
const page = { skip: fc.nat({ max: 3 }), limit: fc.nat({ max: 5 }) };

describe('embedded/plan', () => {
  it('finds the same in the same order, with any indexes and after any changes', () => {
    const course = fc.record({
      documents: fc.array(document, { maxLength: 25 }),
      changes: fc.array(fc.tuple(fc.nat({ max: 24 }), fc.option(document)), { maxLength: 10 }),
      indexes: fc.array(fc.tuple(keys, fc.option(value)), { maxLength: 4 }),
      questions: fc.array(fc.record({ filter, sort: fc.option(keys), ...page }), {
        minLength: 1,
        maxLength: 5,
      }),
    });
    fc.assert(
      fc.property(course, ({ documents, changes, indexes, questions }) => {
        const [plain, indexed] = [new Collection(), new Collection()];
        for (const [i, [key, only]] of indexes.entries())
          indexed.addIndex({
            name: `index ${i}`,
            key,
            ...(only !== null && { partialFilterExpression: { c: only } }),
          });
        const all: Doc[] = documents.map((doc, _id) => ({ _id, ...doc }));
        for (const doc of all) for (const one of [plain, indexed]) one.put(doc);
        for (const [_id, doc] of changes)
          for (const one of [plain, indexed])
            doc === null ? one.remove(_id) : one.put({ _id, ...doc });

        for (const { filter, sort, skip, limit } of questions) {
          // With `_id` at the end, every order is total.
          const order = {
            sort: { ...sort, ...(sort && '_id' in sort ? {} : { _id: 1 as const }) },
          };
          expect(indexed.find(filter, { ...order, skip, limit })).toEqual(
            plain.find(filter, { ...order, skip, limit }),
          );
          const rising = (found: Doc[]) => found.toSorted((x, y) => compare(x['_id'], y['_id']));
          expect(rising(indexed.find(filter))).toEqual(rising(plain.find(filter)));
          expect(indexed.count(filter, { skip, limit })).toBe(plain.count(filter, { skip, limit }));
        }
      }),
    );
  });

  const at = (time: number) => new Date(time);
  function indexOf(count: number): SortedIndex {
    const index = new SortedIndex({ name: 'newest', key: { at: -1, _id: -1 } });
    for (let _id = 0; _id < count; _id++) index.add({ seq: _id, doc: { _id, at: at(_id) } });
    return index;
  }
  const idsOf = (walk: ReturnType<typeof walksFor>[number] | undefined) =>
    Array.from(walk?.stored ?? [], ({ doc }) => doc['_id']);

  it('reads exactly the entries of a range', () => {
    const [walk] = walksFor({ at: { $gte: at(10), $lt: at(14) } }, {}, [indexOf(1000)]);
    expect(idsOf(walk)).toEqual([13, 12, 11, 10]);
    const [open] = walksFor({ at: { $gt: at(996) } }, { at: 1 }, [indexOf(1000)]);
    expect(open?.inOrder).toBe(true);
    expect(idsOf(open)).toEqual([997, 998, 999]);
  });

  it('returns the order of a sort that ends like the index', () => {
    const [newest] = walksFor({}, { at: -1, _id: -1 }, [indexOf(100)]);
    expect(newest?.inOrder).toBe(true);
    const [first] = newest?.stored ?? [];
    expect(first?.doc).toEqual({ _id: 99, at: at(99) });
    const [oldest] = walksFor({}, { at: 1, _id: 1 }, [indexOf(100)]);
    expect(idsOf(oldest).slice(0, 2)).toEqual([0, 1]);
    expect(walksFor({}, { at: -1, _id: 1 }, [indexOf(100)])).toEqual([]);
  });

  it('matches an array as a whole, although an index has its items', () => {
    const collection = new Collection();
    collection.addIndex({ name: 'a', key: { a: 1 } });
    collection.put({ _id: 1, a: [1, 10] });
    collection.put({ _id: 2, a: [2, 5] });
    // One item is above one bound, another below the other.
    expect(collection.find({ a: { $gt: 5, $lt: 5 } }).map(({ _id }) => _id)).toEqual([1]);
    // Sorted by the smallest item of all, not by the smallest that the filter matches.
    const found = collection.find({ a: { $gt: 3 } }, { sort: { a: 1 } });
    expect(found.map(({ _id }) => _id)).toEqual([1, 2]);
  });

  it('gives up when the time is over', () => {
    const collection = new Collection();
    for (let _id = 0; _id < 1000; _id++) collection.put({ _id });
    expect(collection.find({ n: 1 }, { until: performance.now() + 60_000 })).toEqual([]);
    expect(() => collection.find({ n: 1 }, { until: performance.now() - 1 })).toThrow(
      expect.objectContaining({ reply: expect.objectContaining({ code: 50 }) }),
    );
  });
});
