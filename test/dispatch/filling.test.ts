import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCommand, option } from '../../src/core/define-command.ts';
import { BadInput, NotFound, Unreachable } from '../../src/core/errors.ts';
import { note } from '../../src/core/reply.ts';
import type { Offers } from '../../src/dispatch/complete.ts';
import { createFilling } from '../../src/dispatch/fill.ts';
import { remembered } from '../../src/dispatch/memory.ts';
import { createWorld } from '../fakes/world.ts';

const paint = defineCommand({
  name: 'paint',
  summary: 'Paints',
  role: 'operator',
  words: ['wall'],
  options: {
    wall: option(z.string(), 'Which wall', { suggests: 'version' }),
    finish: option(z.string().optional(), 'How', { choices: ['matt', 'satin', 'gloss'] }),
    name: option(z.string().optional(), 'By which name'),
    mix: option(z.record(z.string(), z.string()).optional(), 'Of what', {
      suggests: 'parameter',
      pairs: true,
    }),
  },
  examples: [],
  async form(given, _needs, { by }) {
    if (given['wall'] === 'none') throw new NotFound('There is no such wall.');
    if (given['wall'] === 'broken') throw new Error('our fault');
    const title = `${by.name} paints ${given['wall'] ?? 'something'}`;
    return { command: 'paint', title, submit: 'Paint', fields: [] };
  },
  run: async () => note('painted'),
});

const dev = { platform: 'web', user: 'dev' };
const from = { platform: 'web', channel: 'hall' };
const filling = (given: Record<string, string> = {}, by = dev, command = 'paint') => ({
  ...{ command, given, by, from },
});

const OFFERS = {
  version: [
    { value: '12', hint: 'the north wall' },
    { value: '2', hint: 'the south wall' },
    { value: 'champion', hint: 'the 2nd from the left' },
  ],
  parameter: [
    { value: 'red=', hint: 'how much red (default 1)' },
    { value: 'green=', hint: 'how much green (default 2)' },
    { value: 'redder=', hint: '' },
  ],
};

function open() {
  const asked: unknown[] = [];
  const offers: Offers = async (kind, { words }) => {
    asked.push([kind, words]);
    return kind === 'version' || kind === 'parameter' ? OFFERS[kind] : [];
  };
  return { asked, ...createFilling([paint], createWorld(), offers) };
}

describe('forms', () => {
  it('ask for missing values, if the caller may use the command', async () => {
    const { form } = open();
    expect(await form(filling({ wall: '12' }))).toMatchObject({ title: 'Dev paints 12' });
    const stranger = { platform: 'web', user: 'nobody' };
    expect(await form(filling({}, stranger))).toBeUndefined();
    expect(await form(filling({}, dev, 'unheard-of'))).toBeUndefined();
  });

  it('are not offered if calling the command gives the reason, and do not hide internal errors', async () => {
    const { form } = open();
    expect(await form(filling({ wall: 'none' }))).toBeUndefined();
    await expect(form(filling({ wall: 'broken' }))).rejects.toThrow('our fault');
  });
});

describe('suggestions', () => {
  const values = (choices: { value: string }[]) => choices.map(({ value }) => value);

  it('rank matches at the start before matches inside, and those before matches in descriptions', async () => {
    const { suggest } = open();
    expect(values(await suggest(filling(), 'wall', '2'))).toEqual(['2', '12', 'champion']);
    expect(values(await suggest(filling(), 'wall', ' SOUTH '))).toEqual(['2']);
    expect(values(await suggest(filling(), 'wall', ''))).toEqual(['12', '2', 'champion']);
    expect(await suggest(filling(), 'wall', 'x')).toEqual([]);
  });

  it('are the choices if there are any, and nothing for free text', async () => {
    const { suggest, asked } = open();
    expect(await suggest(filling(), 'finish', 'at')).toEqual([
      { value: 'matt', label: 'matt' },
      { value: 'satin', label: 'satin' },
    ]);
    expect(await suggest(filling(), 'name', 'a')).toEqual([]);
    expect(await suggest(filling(), 'no-option', 'a')).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('for pairs complete the last one, and keep the ones before it', async () => {
    const { suggest, asked } = open();
    const given = { wall: 'flights' };
    expect(await suggest(filling(given), 'mix', 'green=3 re')).toEqual([
      { value: 'green=3 red=', label: 'green=3 red=', hint: 'how much red (default 1)' },
      { value: 'green=3 redder=', label: 'green=3 redder=' },
    ]);
    expect(values(await suggest(filling(given), 'mix', 'red=1 '))).toEqual([
      'red=1 green=',
      'red=1 redder=',
    ]);
    expect(asked[0]).toEqual(['parameter', ['flights']]);
  });

  it('are at most twenty-five', async () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ value: `run-${n}`, hint: '' }));
    const { suggest } = createFilling([paint], createWorld(), async () => many);
    expect(await suggest(filling(), 'wall', 'run')).toHaveLength(25);
  });

  it('show nothing to people who may not use the command', async () => {
    const { suggest, asked } = open();
    const stranger = { platform: 'web', user: 'nobody' };
    expect(await suggest(filling({}, stranger), 'wall', '')).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('offers from memory', () => {
  const modelIn = (words: readonly string[]) => words.find((word) => word === 'flights') ?? '';

  it('query once for several key presses, and keep models apart', async () => {
    const asked: string[] = [];
    const offers = remembered(async (kind, { words }) => {
      asked.push(`${kind} of ${words.join()}`);
      return [{ value: words.join(), hint: '' }];
    }, modelIn);
    const first = await offers('version', { words: ['flights'] });
    expect(await offers('version', { words: ['flights', 'more'] })).toBe(first);
    expect(await offers('version', { words: [] })).not.toBe(first);
    await offers('run', { words: ['flights'] });
    expect(asked).toEqual(['version of flights', 'version of ', 'run of flights']);
  });

  it('offer the last known values, or none, while the registry is unreachable', async () => {
    let away = true;
    let now = 0;
    let asked = 0;
    const offers = remembered(
      async () => {
        asked += 1;
        if (away) throw new Unreachable('the registry is away');
        return [{ value: `answer ${asked}`, hint: '' }];
      },
      modelIn,
      () => now,
    );
    const ask = async () => (await offers('run', { words: [] })).map(({ value }) => value);
    expect(await ask()).toEqual([]);
    away = false;
    expect(await ask()).toEqual(['answer 2']);
    away = true;
    now += 60_000;
    expect(await ask()).toEqual(['answer 2']);
    await expect.poll(() => asked).toBe(3);
    away = false;
    // Old values immediately, new ones for the next key press.
    await ask();
    await expect.poll(ask).toEqual(['answer 4']);
  });

  it('do not hide internal errors', async () => {
    const offers = remembered(() => Promise.reject(new BadInput('broken')), modelIn);
    await expect(offers('run', { words: [] })).rejects.toThrow('broken');
  });
});
