import { afterEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { ephemeral, note } from '../../../src/core/reply.ts';
import { textOf } from '../../fakes/discord/index.ts';
import { eventually } from '../../story/eventually.ts';
import { openScene, type Scene, SOON } from './harness.ts';

let scene: Scene;
afterEach(() => scene.close());

const CARD: Card = {
  title: 'Flights v2',
  tone: 'note',
  actions: [
    { label: 'Retry', command: 'retry', argument: 'run-1' },
    { label: 'Cancel it', command: 'cancel', argument: 'run-1', confirm: 'Throw an hour away?' },
  ],
};
const PENDING = { key: 'k', outcome: 'pending', data: null } as const;
const done = () => ephemeral({ title: 'It is done', tone: 'success' });

async function shown(): Promise<string> {
  const where = { platform: 'discord', channel: scene.double.ids.channel('ml') };
  return scene.adapter.platform.post(where, CARD, PENDING);
}
const ephemerals = () => scene.double.ephemerals('ada');

describe('a button on Discord', () => {
  it('calls its command, and answers who pressed it', async () => {
    scene = await openScene({ invoke: done });
    const message = await shown();
    const seen = await scene.double.press({ user: 'ada', message, label: 'Retry' });
    expect(seen.ephemeral).toBe(true);
    expect(textOf(await seen.answer())).toContain('It is done');
    expect(scene.dispatch.heard).toMatchObject([
      {
        what: { invocation: { command: 'retry', input: 'run-1', by: { name: 'ada' } } },
        thread: message,
        control: `${message} do:retry run-1`,
      },
    ]);
  });

  it('takes the waiting answer away where everybody gets it', async () => {
    scene = await openScene({ invoke: () => note('for all') });
    await scene.double.press({ user: 'ada', message: await shown(), label: 'Retry' });
    await eventually('nothing is left', async () => ephemerals().length === 0, SOON);
  });

  it('asks before what deserves a second thought, and does it where the answer is yes', async () => {
    scene = await openScene({ invoke: done });
    const message = await shown();
    const asked = await scene.double.press({ user: 'ada', message, label: 'Cancel it' });
    expect(asked.ephemeral).toBe(true);
    expect(textOf(await asked.answer())).toContain('Throw an hour away?');
    expect(scene.dispatch.heard).toEqual([]);
    const question = asked.message?.id ?? '';
    const sure = { user: 'ada', message: question, custom_id: 'do:cancel run-1' };
    const seen = await scene.double.press(sure);
    const answered = await seen.answer();
    expect(answered.id).toBe(question);
    expect(textOf(answered)).toContain('It is done');
    expect(scene.dispatch.heard).toMatchObject([
      { what: { invocation: { command: 'cancel' } }, thread: message },
    ]);
  });

  it('asks in plain words after a restart', async () => {
    scene = await openScene({ invoke: done });
    const message = await shown();
    await scene.restart();
    const asked = await scene.double.press({ user: 'ada', message, label: 'Cancel it' });
    expect(textOf(await asked.answer())).toContain('Cancel it? This is the same as /cancel run-1');
    const question = asked.message?.id ?? '';
    await scene.double.press({ user: 'ada', message: question, label: 'Cancel it' });
    expect(scene.dispatch.heard).toHaveLength(1);
  });

  it('writes the command as it is typed there, in a question too', async () => {
    const environment = { DISCORD_PREFIX: 'ml-' };
    scene = await openScene({ invoke: done }, { environment });
    const message = await shown();
    await scene.restart();
    const asked = await scene.double.press({ user: 'ada', message, label: 'Cancel it' });
    expect(textOf(await asked.answer())).toContain('This is the same as /ml-cancel run-1');
  });

  it('removes the question if the answer is no', async () => {
    scene = await openScene({ invoke: done });
    const asked = await scene.double.press({
      user: 'ada',
      message: await shown(),
      label: 'Cancel it',
    });
    const question = asked.message?.id ?? '';
    await scene.double.press({ user: 'ada', message: question, custom_id: 'no:cancel run-1' });
    await eventually('the question goes', async () => ephemerals().length === 0, SOON);
    expect(scene.dispatch.heard).toEqual([]);
  });

  it('that is not ours changes nothing, and is answered', async () => {
    scene = await openScene({ invoke: done });
    const message = await shown();
    const { delivery } = await scene.double.press({ user: 'ada', message, label: 'Retry' });
    await eventually('it is heard', async () => scene.dispatch.heard.length === 1, SOON);
    const strange = {
      ...delivery.data,
      data: { component_type: 2, custom_id: 'drop table', id: 3 },
    };
    await scene.double.repeat({ event: delivery.event, data: strange });
    await eventually(
      'it is answered',
      async () => scene.adapter.said('acknowledged before').length === 1,
      SOON,
    );
    expect(scene.dispatch.heard).toHaveLength(1);
  });
});
