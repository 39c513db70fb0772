import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promotionForm } from '../../commands/forms/promotion.ts';
import { trainingForm } from '../../commands/forms/training.ts';
import { commands } from '../../commands/index.ts';
import { inputOf } from '../../src/core/form.ts';
import { shapeOf, wordsOf } from '../../src/core/shape.ts';
import { openDesk } from './desk.ts';

const FROM = { platform: 'web', channel: 'flights' };

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const initials = (form: { fields: readonly { name: string; initial?: string }[] }) =>
  Object.fromEntries(form.fields.map(({ name, initial = '' }) => [name, initial]));

describe('forms', () => {
  it('asks for all parameters of a training, filled in with the defaults', () => {
    const form = trainingForm({}, desk.world.models, FROM);
    expect(form).toMatchObject({ command: 'train', title: 'Train flights', submit: 'Train' });
    expect(initials(form)).toEqual({
      model: 'flights',
      from: '',
      to: '',
      'parameters.trees': '100',
      'parameters.leaves': '31',
      'parameters.learning_rate': '0.1',
      'parameters.seed': '1',
    });
    expect(form.fields.find(({ name }) => name === 'parameters.trees')).toMatchObject({
      kind: 'number',
      whole: true,
    });
  });

  it('submitted unchanged, it is the command without arguments', async () => {
    const form = trainingForm({}, desk.world.models, FROM);
    const reply = await desk.call('dev', 'train', inputOf(initials(form)));
    expect(reply).toMatchObject({ outcome: 'pending', subject: expect.stringMatching(/^run:/) });
    expect(reply.data).toMatchObject({ run: { parameters: { trees: 100, learning_rate: 0.1 } } });
  });

  it('names the invalid field', async () => {
    const values = { model: 'flights', 'parameters.trees': 'many' };
    const reply = await desk.call('dev', 'train', inputOf(values));
    expect(reply).toMatchObject({
      fault: 'usage',
      card: { title: expect.stringContaining('"trees"') },
    });
  });

  it('offers the versions that are not live, newest first, with their metrics', async () => {
    await desk.addVersion('run-1');
    await desk.addVersion('run-2');
    await desk.registry.versions.addEvaluation({
      version: 'flights@2',
      dataset: {
        window: { from: new Date('2001-02-01'), to: new Date('2001-02-15') },
        sha256: 'd'.repeat(64),
        rows: 100,
      },
      metrics: { auc: 0.70123 },
      reference: 'r'.repeat(64),
      at: new Date(),
    });
    const form = await promotionForm({}, desk.world, FROM);
    expect(form.fields[1]).toMatchObject({
      initial: '2',
      choices: [
        { value: '2', label: 'v2: AUC 0.701' },
        { value: '1', label: 'v1: not evaluated' },
      ],
    });
    const reply = await desk.call('dev', 'promote', inputOf(initials(form)));
    expect(reply).toMatchObject({ outcome: 'checking' });
  });

  it('has no form if there is no version', async () => {
    await expect(promotionForm({}, desk.world, FROM)).rejects.toThrow(/no version/);
  });
});

describe('options by name', () => {
  it('are equivalent to typed words', async () => {
    const shape = commands.map(shapeOf).find(({ name }) => name === 'train');
    const words = wordsOf(shape ?? { options: [] }, {
      model: 'flights',
      from: '2001-05-01',
      parameters: 'trees=50  leaves=15',
    });
    expect(words).toEqual(['--model=flights', '--from=2001-05-01', 'trees=50', 'leaves=15']);
    const reply = await desk.call('dev', 'train', words);
    expect(reply.data).toMatchObject({ run: { parameters: { trees: 50, leaves: 15 } } });
  });
});

describe('/approvals and /runs --mine', () => {
  it('show what waits for whose vote', async () => {
    await desk.addVersion('run-1');
    await desk.say('dev', 'promote flights 1', 'event-1');
    const [asked] = await desk.registry.approvals.list({});
    const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'e'.repeat(64) };
    await desk.registry.approvals.open(asked?.id ?? '', evidence, new Date(Date.now() + 1e9));
    expect((await desk.say('lead', 'approvals')).data).toMatchObject({ waiting: [asked?.id] });
    expect((await desk.say('dev', 'approvals')).data).toMatchObject({ waiting: [] });
    const { card } = await desk.say('lead', 'approvals');
    expect(card.actions).toMatchObject([{ label: 'Review flights v1', argument: asked?.id }]);
    expect(await desk.say('lead', `approvals ${asked?.id}`)).toMatchObject({
      audience: 'caller',
      card: { title: 'Approve flights v1 for production?', actions: [{ label: 'Approve' }, {}] },
    });
    await desk.say('lead', `approve ${asked?.id}`);
    expect((await desk.say('lead', 'approvals')).card.title).toBe(
      'No requests are waiting for a vote.',
    );
    expect((await desk.say('lead', 'approvals --all')).data).toMatchObject({ waiting: [] });
  });

  it('show one person their own runs', async () => {
    await desk.say('dev', 'train flights');
    await desk.say('lead', 'train flights trees=20');
    expect((await desk.say('dev', 'runs --mine')).data).toMatchObject({
      runs: [{ requestedBy: 'dev' }],
    });
  });
});
