import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** The build bundles what is imported; what is started by its path must be named. */
describe('rolldown.config.mjs', () => {
  it('builds every program that is forked', async () => {
    const forks = await readFile('src/wiring/fork.ts', 'utf8');
    const forked = [...forks.matchAll(/script\('([\w-]+)'\)/g)].map(
      ([, name]) => `wiring/${name}.ts`,
    );
    expect(forked.length).toBeGreaterThan(2);
    const build = await readFile('rolldown.config.mjs', 'utf8');
    for (const path of forked) expect(build).toContain(`'${path}'`);
  });
});
