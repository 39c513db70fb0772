import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { cardSamples } from '../../src/wiring/samples/cards.ts';

const SRC = resolve(import.meta.dirname, '../../src');

it('there is a sample of every card of src/cards, with unique names', async () => {
  const files = await readdir(join(SRC, 'cards'));
  const texts = await Promise.all(files.map((file) => readFile(join(SRC, 'cards', file), 'utf8')));
  const makers = texts.flatMap((text) =>
    [...text.matchAll(/export function (\w+)\([^{;]*?\): (?:State|Card) \{/gs)].map(
      ([, name]) => name,
    ),
  );
  expect(makers.length).toBeGreaterThan(12);
  const lists = ['alerts', 'cards', 'data', 'pipeline', 'rollout', 'targets', 'webhooks'].map(
    (name) => join(SRC, `wiring/samples/${name}.ts`),
  );
  const samples = (await Promise.all(lists.map((list) => readFile(list, 'utf8')))).join('\n');
  for (const name of makers) expect(samples).toMatch(new RegExp(`\\b${name}\\(`));
  const names = cardSamples().cards.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
});
