import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { installVerbs } from '../../src/wiring/install.ts';

/** The build bundles imports; programs started by path must be named. */
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

describe('bin/wheelhouse.mjs', () => {
  it('sends nothing to the bot that runs without one', async () => {
    const main = await readFile('src/main.ts', 'utf8');
    const verbs = [...main.matchAll(/^ {4}case '([\w-]+)':/gm)].map(([, verb = '']) => verb);
    expect(verbs).toContain('keys');
    const bin = await readFile('bin/wheelhouse.mjs', 'utf8');
    // `/audit` is a command of the bot too.
    for (const verb of [...verbs, ...installVerbs()].filter((one) => one !== 'audit'))
      expect(bin).toContain(`  '${verb}',`);
  });
});
