import { afterEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { answer, ephemeral, type Reply } from '../../../src/core/reply.ts';
import { meant } from '../../../src/platforms/slack/commands.ts';
import { type Office, openOffice, soon } from './harness.ts';

const card = (title: string): Card => ({ title, tone: 'note' });

describe('platforms/slack/commands', () => {
  let office: Office;
  afterEach(() => office?.close());

  const typed = (command: string, text = '') =>
    office.slack.slashCommand({ command, text, user: office.ada, channel: office.ops });
  const invoked = () =>
    office.dispatch.heard.flatMap(({ what }) => ('invocation' in what ? [what.invocation] : []));

  it('takes in who said what, with their name and their groups, and acknowledges', async () => {
    office = await openOffice({ invoke: () => ephemeral(card('Well heard')) });
    expect((await typed('/status', 'flights --json')).acknowledged).toBe(true);
    expect(invoked()).toMatchObject([
      {
        command: 'status',
        input: 'flights --json',
        by: { platform: 'slack', user: office.ada, name: 'ada' },
        from: { platform: 'slack', channel: office.ops },
      },
    ]);
    expect(invoked()[0]?.by.groups).toHaveLength(2);
    expect(invoked()[0]?.id).toMatch(/^[\w.-]+$/);
    await soon(() => expect(office.slack.ephemerals(office.ada)).toHaveLength(1));
    expect(office.slack.ephemerals(office.ada)[0]?.text).toContain('Well heard');
  });

  it('knows every command behind the umbrella, with and without a prefix', () => {
    expect(meant({ command: '/ml-train', text: 'flights' }, 'ml-')).toEqual({
      command: 'train',
      text: 'flights',
    });
    expect(meant({ command: '/wheelhouse', text: ' Status  flights "a  b"' }, '')).toEqual({
      command: 'status',
      text: 'flights "a  b"',
    });
    expect(meant({ command: '/wheelhouse', text: '/ml-train flights' }, 'ml-').command).toBe(
      'train',
    );
    expect(meant({ command: '/wheelhouse', text: '  ' }, '')).toEqual({
      command: 'help',
      text: '',
    });
  });

  it('opens the form of a command that was called without words, and stores nothing', async () => {
    office = await openOffice({
      form: () => ({
        command: 'train',
        title: 'Train',
        submit: 'Train it',
        fields: [{ kind: 'text', name: 'model', label: 'Model', required: true }],
      }),
    });
    expect((await typed('/train')).acknowledged).toBe(true);
    await soon(() => expect(office.slack.views(office.ada)).toHaveLength(1));
    expect(office.dispatch.heard).toEqual([]);
  });

  it('calls the command if it has no form, or if its form cannot be opened', async () => {
    const refuse = () => answer(card('Which model?'));
    office = await openOffice({ invoke: refuse, form: () => undefined });
    await typed('/train');
    expect(invoked()).toMatchObject([{ command: 'train', input: '' }]);
    await office.close();

    office = await openOffice({
      invoke: refuse,
      form: () => ({ command: 'train', title: 'Train', submit: 'Go', fields: [] }),
    });
    office.slack.trouble = (method) =>
      method === 'views.open' ? { error: 'expired_trigger_id' } : undefined;
    await typed('/train');
    await soon(() => expect(invoked()).toMatchObject([{ command: 'train' }]));
  });

  it('does not acknowledge what could not be stored', async () => {
    office = await openOffice({});
    office.dispatch.take = () => Promise.reject(new Error('no room'));
    office.slack.sockets.count();
    const shown = await typed('/status');
    expect(shown.acknowledged).toBe(false);
    expect(office.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'an event from Slack was not accepted' },
    ]);
  });

  it('writes neither tokens nor response urls into the log', async () => {
    office = await openOffice({ invoke: (): Reply => ephemeral(card('Hello')) });
    office.slack.trouble = () => ({ status: 500, after: false });
    await typed('/status');
    await soon(() => expect(office.dispatch.heard).toHaveLength(1));
    office.slack.trouble = undefined;
    const log = JSON.stringify(office.lines);
    for (const secret of ['xoxb-', 'xapp-', '/response/']) expect(log).not.toContain(secret);
  });
});
