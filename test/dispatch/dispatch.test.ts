import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { defineCommand, option } from '../../src/core/define-command.ts';
import type { Invocation } from '../../src/core/platform.ts';
import { live, note } from '../../src/core/reply.ts';
import { traces } from '../../src/core/trace.ts';
import { createDispatch } from '../../src/dispatch/index.ts';
import { createWorld } from '../fakes/world.ts';

const say = (
  command: string,
  input: Invocation['input'],
  more: Partial<Invocation> = {},
): Invocation => ({
  id: `event-${Math.random()}`,
  command,
  input,
  by: { platform: 'web', user: 'dev' },
  from: { platform: 'web', channel: 'general' },
  ...more,
});

function container() {
  const world = createWorld();
  const done: string[] = [];
  const paint = defineCommand({
    name: 'paint',
    summary: 'Paint a thing',
    role: 'operator',
    words: ['thing'],
    options: {
      thing: option(z.string(), 'What'),
      coats: option(
        z.coerce.number('expected a number').int().max(3, 'at most 3').default(1),
        'How many',
      ),
    },
    examples: ['/paint fence'],
    async run({ thing, coats }) {
      if (thing === 'roof') throw new Error('the ladder broke');
      done.push(`${thing} ${coats}`);
      return thing === 'wall'
        ? live(
            'run:wall',
            { card: { title: 'Painting', tone: 'progress' }, outcome: 'pending', data: null },
            [
              { platform: 'web', channel: 'flights' },
              { platform: 'web', channel: 'general' },
            ],
          )
        : note(`${thing} is painted`);
    },
  });
  const vote = defineCommand({
    name: 'approve',
    summary: 'Vote',
    role: 'approver',
    words: ['approval'],
    options: { approval: option(z.string(), 'Which') },
    examples: [],
    async run({ approval }, _needs, { by }) {
      done.push(`${by.id} approves ${approval}`);
      return note('voted');
    },
  });
  world.replies.subjectOf = async (_platform, message) =>
    message === 'm1' ? 'approval:approval-1' : undefined;
  const { dispatch } = createDispatch([paint, vote], world, {
    log: { info: () => {}, warn: () => {}, error: () => {} },
    emoji: { approve: ['👍', '✅'], reject: ['❌'] },
    platforms: [],
    keep: async () => {},
    recount: async () => {},
  });
  return { dispatch, done, world };
}

describe('dispatch', () => {
  it('neither runs nor repeats input that is too long to be typed', async () => {
    const { dispatch, done } = container();
    for (const [command, input] of [
      ['paint', 'x'.repeat(100_000)],
      ['paint', { thing: 'x'.repeat(100_000) }],
      ['x'.repeat(100_000), ''],
    ] as const) {
      const { card, fault } = await dispatch.invoke(say(command, input));
      expect(fault).toBe('usage');
      expect(card.title).toMatch(/^That is 100,0\d\d characters long; .* at most 8,000/);
    }
    expect(done).toEqual([]);
  });

  it('runs a command and gives its answer', async () => {
    const { dispatch, done, world } = container();
    const reply = await dispatch.invoke(say('paint', 'fence --coats 2'));
    expect(reply).toMatchObject({ card: { title: 'fence is painted' }, outcome: 'done' });
    expect(done).toEqual(['fence 2']);
    expect(world.audited).toEqual(['dev command.paint via web/general']);
  });

  it('records that a call was accepted, however far its subject is when it is answered', async () => {
    const { dispatch, world } = container();
    const append = vi.spyOn(world.audit, 'append');
    await dispatch.invoke(say('paint', 'wall'));
    await dispatch.invoke(say('paint', 'fence'));
    const outcomes = append.mock.calls.map(([draft]) => draft.after);
    expect(outcomes).toEqual([
      { said: 'wall', outcome: 'accepted' },
      { said: 'fence', outcome: 'done' },
    ]);
  });

  it('handles the same event once, with the same answer', async () => {
    const { dispatch, done } = container();
    const event = say('paint', 'fence');
    const [first, second] = await Promise.all([dispatch.invoke(event), dispatch.invoke(event)]);
    const third = await dispatch.invoke(event);
    expect(done).toHaveLength(1);
    expect([second, third]).toEqual([first, first]);
  });

  it.each([
    ['a misspelt command', say('pain', 'x'), /Did you mean "\/paint"/, 'usage'],
    ['a missing word', say('paint', ''), /"thing" is missing/, 'usage'],
    [
      'an option out of range',
      say('paint', 'fence --coats 4'),
      /"coats" cannot be "4": at most 3/,
      'usage',
    ],
    [
      'an unknown option by name',
      say('paint', { thing: 'x', colour: 'red' }),
      /no option "colour"/,
      'usage',
    ],
    [
      'a stranger',
      say('paint', 'x', { by: { platform: 'slack', user: 'U1' } }),
      /Unknown slack user "U1"/,
      'refused',
    ],
    [
      'a missing right',
      say('approve', 'x'),
      /requires the approver role; Dev is operator/,
      'refused',
    ],
  ] as const)(
    'answers %s with one line visible only to the caller, and does nothing',
    async (_what, invocation, line, fault) => {
      const { dispatch, done } = container();
      const reply = await dispatch.invoke(invocation);
      expect(reply.card.title).toMatch(line);
      expect(reply.card.title).not.toContain('\n');
      expect(reply).toMatchObject({ audience: 'caller', outcome: 'refused', fault });
      expect(done).toEqual([]);
    },
  );

  it('reports an internal error without a stack', async () => {
    const { dispatch } = container();
    const reply = await dispatch.invoke(say('paint', 'roof'));
    expect(reply).toMatchObject({ audience: 'caller', outcome: 'failed', fault: 'failed' });
    expect(reply.card.title).toMatch(/internal error/);
    expect(reply.card.title).not.toMatch(/ladder/);
    expect(JSON.stringify(reply.card)).not.toContain('trace');
  });

  it('names the trace of an internal error, while traces are exported', async () => {
    const { dispatch } = container();
    const trace = { id: '0af7651916cd43dd8448eb211c80319c', parent: '' };
    const reply = await traces.run(trace, () => dispatch.invoke(say('paint', 'roof')));
    expect(JSON.stringify(reply.card)).toContain(`by its trace ${trace.id}`);
  });

  it('shows a live message where it was requested and in the channels of the model, each once', async () => {
    const { dispatch, world } = container();
    await dispatch.invoke(say('paint', 'wall'));
    expect(world.opened).toEqual([
      { subject: 'run:wall', at: 'web/general' },
      { subject: 'run:wall', at: 'web/flights' },
    ]);
  });

  it('treats a reaction on an approval as a vote, with any skin tone', async () => {
    const { dispatch, done } = container();
    const reaction = {
      id: 'r1',
      on: true,
      message: 'm1',
      by: { platform: 'web', user: 'lead' },
      from: { platform: 'web', channel: 'general' },
    };
    await dispatch.react({ ...reaction, emoji: '👍🏽' });
    expect(done).toEqual(['lead approves approval-1']);
    expect(await dispatch.react({ ...reaction, id: 'r2', emoji: '🎉' })).toBeUndefined();
    expect(
      await dispatch.react({ ...reaction, id: 'r3', emoji: '✅', message: 'm2' }),
    ).toBeUndefined();
    expect(done).toHaveLength(1);
  });

  it('completes commands, then options', async () => {
    const { dispatch } = container();
    const by = { platform: 'web', user: 'dev' };
    expect((await dispatch.complete('pa', by)).map(({ text }) => text)).toEqual(['paint ']);
    expect((await dispatch.complete('paint fence --c', by)).map(({ text }) => text)).toEqual([
      'paint fence --coats',
    ]);
  });
});
