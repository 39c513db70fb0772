import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInput, Refused } from '../../../src/core/errors.ts';
import type { Form, FormValues } from '../../../src/core/form.ts';
import { ephemeral, type Reply, refusal } from '../../../src/core/reply.ts';
import { type Office, openOffice, soon } from './harness.ts';

/** Another model has other questions. */
function form({ model = 'flights' }: FormValues): Form {
  const choices = ['flights', 'fares'].map((value) => ({ value, label: value }));
  const head = { required: true, initial: model } as const;
  return {
    command: 'train',
    title: 'Train a model',
    submit: 'Train it',
    fields: [
      { kind: 'choice', name: 'model', label: 'Model', ...head, choices, reshapes: true },
      { kind: 'day', name: 'until', label: 'Until', required: false },
      model === 'flights'
        ? { kind: 'number', name: 'param.depth', label: 'Depth', required: false, whole: true }
        : { kind: 'text', name: 'param.route', label: 'Route', required: false },
    ],
  };
}

describe('platforms/slack/forms', () => {
  let office: Office;
  let reply: () => Reply | Promise<Reply>;
  let given: FormValues[];

  beforeEach(async () => {
    given = [];
    reply = () => ephemeral({ title: 'Training flights', tone: 'success' });
    office = await openOffice({
      invoke: () => reply(),
      form: (filling) => {
        given.push(filling.given);
        return form(filling.given);
      },
    });
    const { slack, ada, ops } = office;
    await slack.slashCommand({ command: '/train', user: ada, channel: ops });
    await soon(() => expect(slack.views(ada)).toHaveLength(1));
  });
  afterEach(() => office.close());

  const onScreen = () => JSON.stringify(office.slack.views(office.ada));
  const whispered = () => office.slack.ephemerals(office.ada).map(({ text }) => text);

  it('calls the command with the entered values, and answers in the channel of the form', async () => {
    const { slack, ada, ops, dispatch } = office;
    await slack.submitView(ada, { Until: '2026-01-31', Depth: '6' });
    expect(dispatch.invocations[0]).toMatchObject({
      command: 'train',
      input: { model: 'flights', until: '2026-01-31', param: { depth: '6' } },
      by: { user: ada, name: 'ada' },
      from: { platform: 'slack', channel: ops },
    });
    expect(new Set(dispatch.invocations.map(({ id }) => id)).size).toBe(1);
    expect(slack.views(ada)).toEqual([]);
    await soon(() => expect(whispered()).toEqual([expect.stringContaining('Training')]));
    expect(slack.ephemerals(ada)[0]?.channel).toBe(ops);
  });

  it('is kept before it is done, so that a crash loses nothing', async () => {
    const { slack, ada, dispatch } = office;
    const order: string[] = [];
    const { take } = dispatch;
    dispatch.take = async (heard) => {
      order.push('take');
      await take(heard);
    };
    reply = () => {
      order.push('done');
      return ephemeral({ title: 'Training', tone: 'note' });
    };
    await slack.submitView(ada);
    expect(order).toEqual(['take', 'done']);
  });

  it('asks for the form again when a field reshapes it, with the values so far', async () => {
    const { slack, ada } = office;
    expect(onScreen()).toContain('Depth');
    await slack.changeInView({ user: ada, field: 'Model', value: 'fares' });
    await soon(() => expect(onScreen()).toContain('Route'));
    expect(onScreen()).not.toContain('Depth');
    expect(given.at(-1)).toMatchObject({ model: 'fares' });
    await slack.submitView(ada, { Route: 'ATL-JFK' });
    expect(office.dispatch.invocations[0]).toMatchObject({
      input: { model: 'fares', param: { route: 'ATL-JFK' } },
    });
  });

  it('shows an error next to its field, once, and accepts a correction', async () => {
    const { slack, ada, dispatch } = office;
    reply = () => refusal(new BadInput('"depth" must be at most 12.', { next: 'Choose less.' }));
    const shown = await slack.submitView(ada, { Depth: '99' });
    expect(shown.body).toEqual({
      response_action: 'errors',
      errors: { 'param.depth': '"depth" must be at most 12. Choose less.' },
    });
    expect(slack.views(ada)).toHaveLength(1);
    await soon(() => expect(office.answered).toMatchObject([{ shown: true }]));

    reply = () => ephemeral({ title: 'Training', tone: 'success' });
    await slack.submitView(ada, { Depth: '9' });
    expect(slack.views(ada)).toEqual([]);
    expect(new Set(dispatch.invocations.map(({ id }) => id)).size).toBe(2);
    await soon(() => expect(whispered()).toEqual([expect.stringContaining('Training')]));
  });

  it('shows an error without a field next to the first field', async () => {
    reply = () => refusal(new Refused('A run is under way already.'));
    const { body } = await office.slack.submitView(office.ada);
    expect(body).toMatchObject({ errors: { model: 'A run is under way already.' } });
  });

  it('closes where the answer takes its time, which comes later', async () => {
    const { slack, ada } = office;
    let finish: (reply: Reply) => void = () => {};
    reply = () => new Promise((resolve) => (finish = resolve));
    // The queue accepts it immediately; the work continues.
    const { take } = office.dispatch;
    office.dispatch.take = async (heard) => void take(heard);
    expect((await slack.submitView(ada)).acknowledged).toBe(true);
    expect(slack.views(ada)).toEqual([]);
    finish(refusal(new BadInput('"depth" must be at most 12.')));
    await soon(() => expect(whispered()).toEqual([expect.stringContaining('at most 12')]));
  });

  it('goes out of the way of a form that has moved on', async () => {
    const { slack, ada } = office;
    slack.trouble = (method) =>
      method === 'views.update' ? { error: 'hash_conflict' } : undefined;
    await slack.changeInView({ user: ada, field: 'Model', value: 'fares' });
    await soon(() =>
      expect(slack.calls.filter(({ method }) => method === 'views.update')).toHaveLength(1),
    );
    slack.trouble = undefined;
    await office.platform.stop();
    expect(office.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
