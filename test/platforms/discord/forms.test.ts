import { afterEach, describe, expect, it } from 'vitest';
import type { Form } from '../../../src/core/form.ts';
import type { Filling } from '../../../src/core/platform.ts';
import { ephemeral } from '../../../src/core/reply.ts';
import { textOf } from '../../fakes/discord/index.ts';
import { eventually } from '../../story/eventually.ts';
import { openScene, type Scene, SOON } from './harness.ts';

let scene: Scene;
afterEach(() => scene.close());

const MODAL = 9;
const TRAIN = { user: 'ada', channel: 'ml', name: 'train' };

function trainingForm({ given }: Filling, models = ['flights', 'fares']): Form {
  const model = given['model'] ?? models[0] ?? '';
  return {
    command: 'train',
    title: `Train ${model}`,
    submit: 'Train',
    fields: [
      {
        ...{ kind: 'choice', name: 'model', label: 'Model', required: true, reshapes: true },
        ...{ initial: model, choices: models.map((value) => ({ value, label: value })) },
      },
      { kind: 'number', name: 'parameters.depth', label: 'depth', required: false, whole: true },
    ],
  };
}
const done = () => ephemeral({ title: 'Begun', tone: 'success' });
const oneModel = { invoke: done, form: (filling: Filling) => trainingForm(filling, ['flights']) };
const twoModels = { invoke: done, form: (filling: Filling) => trainingForm(filling) };

describe('a form on Discord', () => {
  it('opens for a command without words, and calls it with the entered values', async () => {
    scene = await openScene(oneModel);
    const { modal, callback } = await scene.double.slashCommand(TRAIN);
    expect(callback).toBe(MODAL);
    expect(modal?.title).toBe('Train flights');
    expect(scene.dispatch.heard).toEqual([]);
    if (!modal) throw new Error('no modal');
    const values = { model: 'flights', 'parameters.depth': '4' };
    const sent = await scene.double.submitModal({ user: 'ada', modal, values });
    expect(textOf(await sent.answer())).toContain('Begun');
    expect(scene.dispatch.invocations).toMatchObject([
      {
        command: 'train',
        input: { model: 'flights', parameters: { depth: '4' } },
        by: { name: 'ada' },
      },
    ]);
  });

  it('asks for what shapes it first, in a menu that outlives a restart', async () => {
    scene = await openScene(twoModels);
    const chooser = await scene.double.slashCommand(TRAIN);
    expect(chooser.ephemeral).toBe(true);
    await scene.restart();
    const menu = { user: 'ada', message: chooser.message?.id ?? '', custom_id: 'pick:train model' };
    const { modal } = await scene.double.select({ ...menu, values: ['fares'] });
    expect(modal?.title).toBe('Train fares');
    if (!modal) throw new Error('no modal');
    await scene.restart();
    const values = { model: 'fares', 'parameters.depth': '2' };
    const sent = await scene.double.submitModal({ user: 'ada', modal, values });
    // The answer replaces the menu.
    const answered = await sent.answer();
    expect(answered.id).toBe(chooser.message?.id);
    expect(textOf(answered)).toContain('Begun');
    expect(scene.dispatch.invocations).toMatchObject([
      { command: 'train', input: { model: 'fares', parameters: { depth: '2' } } },
    ]);
    expect(scene.double.ephemerals('ada')).toHaveLength(1);
  });

  it('does not open for a command that was given words', async () => {
    scene = await openScene(oneModel);
    await scene.double.slashCommand({ ...TRAIN, options: { model: 'flights' } });
    await eventually('the command', async () => scene.dispatch.invocations.length === 1, SOON);
  });

  it('is skipped if there is none, and the command says why', async () => {
    scene = await openScene({ invoke: done });
    const seen = await scene.double.slashCommand(TRAIN);
    expect(textOf(await seen.answer())).toContain('Begun');
    expect(scene.dispatch.invocations).toMatchObject([{ command: 'train', input: [] }]);
  });

  it('that breaks, gives way too', async () => {
    const broken = () => {
      throw new Error('no such thing');
    };
    scene = await openScene({ invoke: done, form: broken });
    await (await scene.double.slashCommand(TRAIN)).answer();
    expect(scene.adapter.said('a form could not be made')).toHaveLength(1);
  });
});
