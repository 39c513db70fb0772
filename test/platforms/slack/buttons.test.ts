import { afterEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { answer, ephemeral } from '../../../src/core/reply.ts';
import { type Office, openOffice, soon } from './harness.ts';

const PENDING = { outcome: 'pending', data: null } as const;
const ASKING: Card = {
  title: 'Promote flights v2?',
  tone: 'note',
  actions: [
    { label: 'Approve', command: 'approve', argument: 'approval-1', style: 'primary' },
    { label: 'Train', command: 'train', argument: '' },
  ],
};

describe('platforms/slack/actions', () => {
  let office: Office;
  afterEach(() => office.close());

  const ask = (key = 'approval:1') =>
    office.platform.post({ platform: 'slack', channel: office.ops }, ASKING, { key, ...PENDING });
  const press = (ts: string, button = 'Approve', user = office.ada) =>
    office.slack.press({ user, channel: office.ops, ts, button });

  it('calls what the button carries, and answers in the thread of its message', async () => {
    office = await openOffice({ invoke: () => ephemeral({ title: 'Noted', tone: 'note' }) });
    const ts = await ask();
    expect((await press(ts)).acknowledged).toBe(true);
    expect(office.dispatch.heard).toMatchObject([
      {
        what: {
          invocation: {
            command: 'approve',
            input: 'approval-1',
            by: { user: office.ada, name: 'ada' },
            from: { platform: 'slack', channel: office.ops },
          },
        },
        thread: ts,
        control: `${ts} approve approval-1`,
      },
    ]);
    await soon(() => expect(office.slack.ephemerals(office.ada)).toHaveLength(1));
    // The message with the button stays as it is.
    expect((await office.slack.messages(office.ops)).map(({ words }) => words)).toEqual([
      expect.stringContaining('Promote flights v2?'),
    ]);
  });

  it('gives two presses two ids and one control, and a repeat the id of the first', async () => {
    office = await openOffice({ invoke: () => answer({ title: 'Noted', tone: 'note' }) });
    const ts = await ask();
    const first = await press(ts);
    await press(ts);
    await office.slack.repeat(first.delivery);
    const heard = office.dispatch.heard.map(({ what, control }) => ({
      id: 'invocation' in what ? what.invocation.id : '',
      control,
    }));
    expect(heard).toHaveLength(3);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
    expect(heard[2]?.id).toBe(heard[0]?.id);
    expect(new Set(heard.map(({ control }) => control)).size).toBe(1);
  });

  it('gives two buttons two controls, although they have the same place one after the other', async () => {
    office = await openOffice({ invoke: () => answer({ title: 'Noted', tone: 'note' }) });
    const ts = await ask();
    const { payload } = (await press(ts)).delivery;
    // E.g. on the Home tab, whose view keeps its ID while requests are decided.
    const value = JSON.stringify({ command: 'approve', argument: 'approval-2' });
    const actions = [{ type: 'button', action_id: 'do:0', action_ts: '1.2', value }];
    await office.slack.deliverRaw({ kind: 'interactive', payload: { ...payload, actions } });
    expect(office.dispatch.heard.map(({ control }) => control)).toEqual([
      `${ts} approve approval-1`,
      `${ts} approve approval-2`,
    ]);
  });

  it('opens the form of a command that the button carries without words', async () => {
    office = await openOffice({
      form: () => ({ command: 'train', title: 'Train', submit: 'Go', fields: [] }),
    });
    await press(await ask(), 'Train');
    await soon(() => expect(office.slack.views(office.ada)).toHaveLength(1));
  });

  it('leaves alone what carries anything else', async () => {
    office = await openOffice({});
    const ts = await ask();
    const shown = await press(ts);
    const { payload } = shown.delivery;
    for (const value of ['', 'not JSON', '{"command":1}', '[]', undefined]) {
      const actions = [
        { type: 'button', action_id: 'do:0', block_id: 'b', action_ts: '1.2', value },
      ];
      const raw = { kind: 'interactive', payload: { ...payload, actions } } as const;
      expect((await office.slack.deliverRaw(raw)).acknowledged).toBe(true);
    }
    expect(office.dispatch.heard).toHaveLength(1);
  });
});
