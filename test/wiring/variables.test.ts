import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/platforms/discord/settings.ts';
import { VARIABLES as GITHUB } from '../../src/platforms/github/settings.ts';
import { SETTINGS } from '../../src/platforms/slack/settings.ts';

const page = await readFile('docs/configuration.md', 'utf8');
const shapes = { slack: SETTINGS.shape, discord: VARIABLES.shape, github: GITHUB.shape };

describe.each(Object.entries(shapes))('the variables of %s', (name, shape) => {
  const prefix = name.toUpperCase();
  const rows = [...page.matchAll(new RegExp(`^\\| \\*\\*\`(${prefix}_[A-Z_]+)\`.*$`, 'gm'))];

  it('are all in docs/configuration.md, and no other', () => {
    const told = rows.map(([, variable = '']) => variable);
    expect(told.toSorted()).toEqual(Object.keys(shape).toSorted());
  });

  it.each(Object.entries(shape))('%s with its default', (variable, schema) => {
    const [row = ''] = rows.find(([, told]) => told === variable) ?? [];
    const fallback = schema.safeParse(undefined);
    const isText = typeof fallback.data === 'string' && fallback.data !== '';
    if (isText || typeof fallback.data === 'number') expect(row).toContain(`\`${fallback.data}\``);
    else expect(row).toMatch(/\| (?:required|none|empty) \|/);
    expect(/\| required \|/.test(row)).toBe(!fallback.success);
  });
});
