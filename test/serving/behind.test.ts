import { afterAll, describe, expect, it } from 'vitest';
import { stragglersInWords } from '../../src/cards/stragglers.ts';
import { SILENT_AFTER_MS } from '../../src/core/ports/gateways.ts';
import { createBehind } from '../../src/serving/behind.ts';
import { reportServing } from '../../src/wiring/serving-report.ts';
import { openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { gateways } = library.registry;
const behind = createBehind(gateways, library.clock);
const HERE = { model: 'flights', environment: 'production' };

const report = (name: string, deployment: string, version: number, more = {}) =>
  gateways.report({
    ...{ name, at: library.clock.now(), environments: ['production'] },
    endpoints: [{ ...HERE, version, deployment, problem: undefined, ...more }],
  });

describe('serving: several gateways after a switch', () => {
  it('are all waited for, and those that do not follow are named, with the reason if they have one', async () => {
    await report('a:1', 'old', 1);
    expect(await behind(HERE, 'new')).toEqual([]); // the only one is asked directly
    await report('b:1', 'new', 2);
    const problem = { version: 2, deployment: 'new', error: 'The file is missing.' };
    await report('c:1', 'old', 1, { problem });
    await gateways.report({
      ...{ name: 'elsewhere:1', at: library.clock.now(), environments: ['staging'], endpoints: [] },
    });
    await gateways.report({
      ...{ name: 'd:1', at: library.clock.now(), environments: ['production'], endpoints: [] },
    });
    const found = (await behind(HERE, 'new')).toSorted((x, y) => (x.name < y.name ? -1 : 1));
    expect(found).toEqual([
      { name: 'a:1', version: 1 },
      { name: 'c:1', version: 1, why: 'The file is missing.' },
      { name: 'd:1', version: undefined },
    ]);
    expect(stragglersInWords(found)).toBe(
      'The gateway a:1 still answers with v1. The gateway c:1 still answers with v1 (The file is missing.). The gateway d:1 answers with no version.',
    );
    const many = Array.from({ length: 7 }, (_, n) => ({ name: `g${n}`, version: 1 }));
    expect(stragglersInWords(many)).toMatch(/g4 still answers with v1\. So do 2 more gateways\.$/);
  });

  it('are not waited for after they have ended, at once if they say so and after a while if they were killed', async () => {
    const endpoints = [{ ...HERE, version: 1, deployment: 'old', problem: undefined }];
    const gateway = { address: 'http://127.0.0.1:77', serving: endpoints };
    const faults: unknown[] = [];
    const silence = reportServing({
      ...{ gateway, store: gateways, clock: library.clock, environments: ['production'] },
      failed: (error) => faults.push(error),
    });
    const isWaitedFor = async () =>
      (await behind(HERE, 'new')).some(({ name }) => name.endsWith(':77'));
    await expect.poll(isWaitedFor).toBe(true);
    await silence();
    expect(await isWaitedFor()).toBe(false);
    library.clock.forward(SILENT_AFTER_MS / 1000 + 1);
    await report('b:1', 'new', 2);
    await report('e:1', 'new', 2);
    expect(await behind(HERE, 'new')).toEqual([]);
    expect(faults).toEqual([]);
  });
});
