import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersAlike, batched } from '../../src/serving/batching.ts';
import type { Column } from '../../src/serving/feeds.ts';
import { type Declared, loadModel, type ServedModel } from '../../src/serving/model.ts';
import { taskNamed } from '../../src/tasks/index.ts';
import { tries } from '../sweep.ts';
import { throwingModel } from './dividing-model.ts';
import { FLOAT, modelOf } from './graph.ts';
import { tinyModel } from './tiny-model.ts';

const FEATURES = { distance: 'number', carrier: 'category' } as const;
const TYPICAL = { distance: [1.5, 20, 300, 4000], carrier: ['AA', 'UA', 'DL', ''] };
const BINARY = { features: FEATURES, task: taskNamed('binary') };
const CLASSES = ['early', 'on time', 'late'];
const MULTICLASS = { features: FEATURES, task: taskNamed('multiclass'), classes: CLASSES };

const yesOrNo = () =>
  tinyModel({
    weights: { distance: 0.01 },
    categories: { carrier: { AA: 1, UA: -1 } },
    bias: -0.5,
  });
const threeClasses = () =>
  tinyModel({
    weights: { distance: [0.01, 0.02, -0.01] },
    categories: { carrier: { AA: 1, UA: -1 } },
    bias: [0.1, 0.2, 0.3],
    link: 'Softmax',
    output: 'probabilities',
  });
/** Its answer for a row depends on the other rows of the batch. */
const mixingModel = () =>
  modelOf('mixing', {
    node: [
      { input: ['distance'], output: ['most'], op_type: 'ReduceMax' },
      { input: ['distance', 'most'], output: ['below'], op_type: 'Sub' },
      { input: ['below'], output: ['score'], op_type: 'Sigmoid' },
    ],
    initializer: [{ name: 'unused', dims: [], data_type: FLOAT, float_data: [0] }],
  });

/** A loaded model, and the number of rows of each call since. */
async function load(bytes: Uint8Array, declared: Declared = BINARY) {
  const calls: number[] = [];
  const watch = {
    loading: () => () => {},
    running(rows: number) {
      calls.push(rows);
      return () => {};
    },
  };
  const served = await loadModel({ bytes, name: 'a model' }, declared, watch);
  calls.length = 0;
  return { served, calls };
}

const rowsOf = (columns: readonly Column[]) => columns[0]?.length ?? 0;
const ask = (served: ServedModel, columns: readonly Column[]) =>
  served.answer(columns, rowsOf(columns));

describe('requests that arrive together', () => {
  const requests = fc.array(
    fc.array(fc.tuple(fc.option(fc.float({ noNaN: true })), fc.constantFrom('AA', 'UA', '')), {
      minLength: 1,
      maxLength: 30,
    }),
    { minLength: 1, maxLength: 12 },
  );

  it.each([
    ['binary', yesOrNo, BINARY],
    ['multiclass', threeClasses, MULTICLASS],
  ] as const)('get the answers that each would get alone: %s', async (_, model, declared) => {
    const { served } = await load(model(), declared);
    const together = batched(served);
    await fc.assert(
      fc.asyncProperty(requests, async (asked) => {
        const columns = asked.map((rows) => [rows.map(([x]) => x), rows.map(([, x]) => x)]);
        const given = await Promise.all(columns.map((one) => ask(together, one)));
        for (const [at, one] of columns.entries())
          expect(Array.from(given[at] ?? [])).toEqual(Array.from(await ask(served, one)));
      }),
      tries(60),
    );
    together.release();
  });

  it('share calls of at most 64 rows; a large request has its own', async () => {
    const { served, calls } = await load(yesOrNo());
    const together = batched(served);
    const sizes = [1, 1, 1, 60, 5, 100, 2];
    const given = await Promise.all(
      sizes.map((rows) => ask(together, [Array(rows).fill(1), Array(rows).fill('AA')])),
    );
    expect(given.map(({ length }) => length)).toEqual(sizes);
    expect([...calls].sort((a, b) => a - b)).toEqual([7, 63, 100]);
  });

  it('do not suffer from the rows of another: they are answered one by one', async () => {
    const { served, calls } = await load(throwingModel());
    const together = batched(served);
    const [fine, fatal, other] = await Promise.allSettled(
      [0, 3, 0].map((distance) => ask(together, [[distance], ['AA']])),
    );
    expect(fine?.status).toBe('fulfilled');
    expect(fatal).toMatchObject({ reason: { message: expect.stringContaining('ivi') } });
    expect(other?.status).toBe('fulfilled');
    expect(calls).toEqual([3, 1, 1, 1]);
  });

  it('are answered before a model is released', async () => {
    const { served } = await load(yesOrNo());
    const together = batched(served);
    const given = [1, 2, 3].map((distance) => ask(together, [[distance], ['AA']]));
    together.release();
    expect((await Promise.all(given)).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});

describe('a model may share calls', () => {
  it.each([
    ['binary', yesOrNo, BINARY],
    ['multiclass', threeClasses, MULTICLASS],
  ] as const)('if rows are answered alike together and alone: %s', async (_, model, declared) => {
    const { served } = await load(model(), declared);
    expect(await answersAlike(served, TYPICAL)).toBe(true);
  });

  it('but not if a row changes the answer of another', async () => {
    const { served } = await load(mixingModel());
    expect(await answersAlike(served, TYPICAL)).toBe(false);
  });

  it('but not if nothing is known of its rows', async () => {
    const { served, calls } = await load(yesOrNo());
    expect(await answersAlike(served, undefined)).toBe(false);
    expect(await answersAlike(served, { distance: [], carrier: [] })).toBe(false);
    expect(calls).toEqual([]);
  });

  it('but not if it cannot answer such rows', async () => {
    const { served } = await load(throwingModel());
    await expect(answersAlike(served, TYPICAL)).rejects.toThrow(/ivi/);
  });
});
