import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadModel } from '../../src/serving/model.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';

const file = (name: string) => readFile(new URL(`files/${name}`, import.meta.url));
const expected = z
  .object({
    ...{ distance: z.array(z.number()), carrier: z.array(z.string()) },
    ...{ regressor: z.array(z.number()), classifier: z.array(z.array(z.number())) },
    classes: z.array(z.string()),
  })
  .parse(JSON.parse(String(await file('expected.json'))));
const { distance, carrier, classes } = expected;
const features = { distance: 'number', carrier: 'category' } as const;

describe('models of scikit-learn', () => {
  it.each([
    ['regressor', { features, task: regression }, expected.regressor],
    ['classifier', { features, task: multiclass, classes }, expected.classifier.flat()],
  ] as const)('%s.onnx answers as it did in Python', async (name, declared, answers) => {
    const model = await loadModel({ bytes: await file(`${name}.onnx`), name }, declared);
    const found = await model.answer([distance, carrier], distance.length);
    model.release();
    expect(found).toHaveLength(answers.length);
    // The digits that 32 bits keep of what Python computed in 64.
    for (const [at, value] of answers.entries())
      expect(Math.abs((found[at] ?? Number.NaN) - value)).toBeLessThan(1e-6 * Math.max(1, value));
  });

  it('refuses columns that are in another order than the classes, by the class that the model names', async () => {
    const swapped = { features, task: multiclass, classes: classes.toReversed() };
    const model = await loadModel(
      { bytes: await file('classifier.onnx'), name: 'classifier' },
      swapped,
    )
      .then((loaded) => loaded.answer([distance, carrier], distance.length).finally(loaded.release))
      .catch(String);
    expect(model).toMatch(/names the class "[\w ]+" where the column of "[\w ]+" is the highest/);
  });
});
