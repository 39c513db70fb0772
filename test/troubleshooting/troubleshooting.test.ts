import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Case, SECTIONS } from './case.ts';
import { pageWith } from './page.ts';

/** Every file in cases/ exports `cases`. `npm run docs:troubleshooting` writes their rows into the page. */
const folder = new URL('./cases/', import.meta.url);
const PAGE = fileURLToPath(new URL('../../docs/troubleshooting.md', import.meta.url));

async function allCases(): Promise<Case[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts')).toSorted();
  const modules = await Promise.all(
    files.map((name): Promise<{ cases: readonly Case[] }> => import(new URL(name, folder).href)),
  );
  return modules.flatMap(({ cases }) => cases);
}

const cases = await allCases();

describe('troubleshooting', () => {
  it.each(cases)('$section: $mistake', async ({ reproduce, sees }) => {
    expect(await reproduce()).toBe(sees);
  });

  it('has cases in every section, each of its own', () => {
    expect(new Set(cases.map(({ section }) => section))).toEqual(new Set(Object.keys(SECTIONS)));
    expect(new Set(cases.map(({ mistake }) => mistake)).size).toBe(cases.length);
  });

  it('is the page: `npm run docs:troubleshooting` writes it', () => {
    const page = readFileSync(PAGE, 'utf8');
    const wanted = pageWith(page, cases);
    if (process.env['WHEELHOUSE_WRITE_DOCS'] === '1') writeFileSync(PAGE, wanted);
    else expect(page).toBe(wanted);
  });
});
