import { expect, it } from 'vitest';
import type { LiveEndpoint, LiveVersion } from '../../src/core/ports/serving.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { withClasses } from '../../src/wiring/classes.ts';

const CLASSES: Record<string, readonly string[]> = { '1': ['a', 'b'], '2': ['a', 'b', 'c'] };

const live = (version: number, task = 'multiclass'): LiveVersion => ({
  ...{ model: 'lateness', environment: 'production', version, deployment: `d${version}` },
  ...{ artifact: 'a', features: {}, task },
});

function registry(...listed: LiveEndpoint[]) {
  const asked: string[] = [];
  const source = { list: async () => listed, onChange: () => () => {} };
  const resolve = async (model: string, which = ''): Promise<Version> => {
    asked.push(`${model}@${which}`);
    const classes = CLASSES[which];
    return {
      ...{ id: which, model, number: Number(which), run: 'run', parameters: {}, reported: {} },
      ...{ artifact: { sha256: 'a', bytes: 1 }, code: { revision: 'abc', dirty: false } },
      dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: 'd', rows: 1 },
      ...{ runtime: {}, createdBy: 'dev', createdAt: new Date(0), ...(classes && { classes }) },
    };
  };
  return { asked, served: withClasses(source, { resolve }) };
}

it('names the classes that were frozen with each version, those before it as well', async () => {
  const { asked, served } = registry({ ...live(2), before: [live(1)] });
  for (const _ of ['asked', 'known'])
    expect(await served.list()).toMatchObject([
      { version: 2, classes: ['a', 'b', 'c'], before: [{ version: 1, classes: ['a', 'b'] }] },
    ]);
  // A version never changes: it is read once.
  expect(asked.toSorted()).toEqual(['lateness@1', 'lateness@2']);
});

it('does not look up classes for a model without them, and keeps the declared ones if none were frozen', async () => {
  const declared = { ...live(3), classes: ['x', 'y'] };
  const { asked, served } = registry(
    { ...live(1, 'binary'), before: [] },
    { ...declared, before: [] },
  );
  expect(await served.list()).toMatchObject([{ version: 1 }, { version: 3, classes: ['x', 'y'] }]);
  expect(asked).toEqual(['lateness@3']);
});
