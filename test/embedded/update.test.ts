import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyUpdate } from '../../src/embedded/update.ts';
import { type Doc, isDoc } from '../../src/embedded/values.ts';

// A document of known shape, so that the model below is plain JavaScript.
type Shape = { _id: number; n: number; o: { a: number; b: number }; list: number[] };

const small = fc.integer({ min: -9, max: 9 });
const shape: fc.Arbitrary<Shape> = fc.record({
  _id: fc.constant(1),
  n: small,
  o: fc.record({ a: small, b: small }),
  list: fc.array(small, { maxLength: 5 }),
});

type Step = { update: Doc; model: (doc: Shape) => unknown };

function numeric(path: string, change: (doc: Shape, by: (old: number) => number) => void) {
  const ways: [string, (old: number, by: number) => number][] = [
    ['$set', (_, by) => by],
    ['$inc', (old, by) => old + by],
    ['$min', Math.min],
    ['$max', Math.max],
  ];
  return fc.tuple(fc.constantFrom(...ways), small).map(
    ([[name, way], by]): Step => ({
      update: { [name]: { [path]: by } },
      model: (doc) => change(doc, (old) => way(old, by)),
    }),
  );
}

const step: fc.Arbitrary<Step> = fc.oneof(
  numeric('n', (doc, by) => {
    doc.n = by(doc.n);
  }),
  numeric('o.a', (doc, by) => {
    doc.o.a = by(doc.o.a);
  }),
  small.map((item) => ({
    update: { $addToSet: { list: item } },
    model: (doc: Shape) => doc.list.includes(item) || doc.list.push(item),
  })),
  small.map((item) => ({
    update: { $pull: { list: item } },
    model: (doc: Shape) => {
      doc.list = doc.list.filter((one) => one !== item);
    },
  })),
);

describe('embedded/update', () => {
  it('agrees with plain JavaScript for any sequence of updates', () => {
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 12 }), (start, steps) => {
        const model = structuredClone(start);
        let doc: Doc = start;
        for (const { update, model: change } of steps) {
          doc = applyUpdate(doc, update);
          change(model);
        }
        expect(doc).toEqual(model);
      }),
    );
  });

  it('never changes the document it starts from', () => {
    fc.assert(
      fc.property(shape, step, (start, { update }) => {
        const before = structuredClone(start);
        applyUpdate(start, update);
        expect(start).toEqual(before);
      }),
    );
  });

  it('unsets exactly what it set', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(path, fc.jsonValue(), (at, value) => {
        const set = applyUpdate({ _id: 1 }, { $set: { [at]: value } });
        const read = at.split('.').reduce((v: unknown, k) => (isDoc(v) ? v[k] : undefined), set);
        expect(read).toEqual(value);
        const unset = applyUpdate(set, { $unset: { [at]: 1 } });
        const parent = at.split('.').slice(0, -1);
        expect(unset).toEqual(
          parent.length === 0
            ? { _id: 1 }
            : applyUpdate({ _id: 1 }, { $set: { [parent.join('.')]: {} } }),
        );
      }),
    );
  });
});
