import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { split } from '../../src/core/split.ts';
import { assign } from '../../src/dispatch/words.ts';
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
  const lists = [
    'alerts',
    'cards',
    'data',
    'pipeline',
    'queue',
    'rollout',
    'targets',
    'webhooks',
  ].map((name) => join(SRC, `wiring/samples/${name}.ts`));
  const samples = (await Promise.all(lists.map((list) => readFile(list, 'utf8')))).join('\n');
  for (const name of makers) expect(samples).toMatch(new RegExp(`\\b${name}\\(`));
  const names = cardSamples().cards.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('each button of a sample says what its command understands', () => {
  const buttons = cardSamples().cards.flatMap(([name, card]) =>
    [...(card.actions ?? []), ...(card.folded?.show ? [card.folded.show] : [])].map(
      (one) => [name, one] as const,
    ),
  );
  expect(buttons.length).toBeGreaterThan(20);
  for (const [name, { command, argument }] of buttons) {
    const called = commands.find((one) => one.name === command);
    if (!called) throw new Error(`${name}: there is no command "${command}"`);
    const given = assign(called, split(argument));
    for (const [option, value] of Object.entries(given))
      expect(called.options[option]?.schema.safeParse(value), `${name}: ${option}`).toMatchObject({
        success: true,
      });
  }
});
