import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PLAN } from './assault.ts';

describe('the abuse suite', () => {
  it('sends at least 5,000 hostile inputs', () => {
    expect(Object.values(PLAN).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(5000);
  });

  it('has a file for each surface', async () => {
    const files = (await readdir(new URL('.', import.meta.url))).filter((name) =>
      name.endsWith('.test.ts'),
    );
    const wanted = [...Object.keys(PLAN), 'plan'].map((name) => `${name}.test.ts`);
    expect(files.toSorted()).toEqual(wanted.toSorted());
  });
});
