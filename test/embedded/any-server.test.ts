import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const here = import.meta.dirname;

it('every test written for any server is run by npm run test:mongodb', async () => {
  const files = (await readdir(here, { recursive: true })).filter((name) =>
    name.endsWith('.test.ts'),
  );
  const forAny: string[] = [];
  for (const name of files)
    if (/import \{[^}]*onAnyServer/.test(await readFile(join(here, name), 'utf8')))
      forAny.push(name);
  expect(forAny.length).toBeGreaterThanOrEqual(5);
  expect(forAny.filter((name) => !name.startsWith('semantics/'))).toEqual([]);
  const script = await readFile(join(here, '../../scripts/test.mjs'), 'utf8');
  expect(script).toContain("'test/embedded/semantics'");
});
