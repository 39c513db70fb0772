import { afterEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/core/errors.ts';
import { answer, ephemeral, refusal } from '../../../src/core/reply.ts';
import { type Office, openOffice, soon } from './harness.ts';

describe('platforms/slack/home', () => {
  let office: Office;
  afterEach(() => office.close());
  const home = () => JSON.stringify(office.slack.home(office.ada)?.['blocks'] ?? []);

  it('shows the answers to its commands, updated at each opening', async () => {
    let round = 0;
    office = await openOffice(
      {
        invoke: ({ command, input }) =>
          answer({ title: `${command} ${[input].flat().join(' ')} ${round}`, tone: 'note' }),
      },
      { home: ['approvals', 'runs --mine --limit 5'] },
    );
    await office.slack.openHome(office.ada);
    await soon(() => expect(home()).toContain('approvals  0'));
    expect(home()).toContain('runs --mine --limit 5 0');
    expect(office.dispatch.invocations[1]).toMatchObject({
      input: ['--mine', '--limit', '5'],
      by: { user: office.ada },
      from: { platform: 'slack', channel: office.ada },
    });
    round = 1;
    await office.slack.openHome(office.ada);
    await soon(() => expect(home()).toContain('approvals  1'));
  });

  it('shows tables that can be sorted, and plain ones once Slack has refused them', async () => {
    const table = { columns: ['Model', 'Live'], rows: [['flights', 'v1']] };
    office = await openOffice(
      { invoke: () => answer({ title: 'Live versions', tone: 'note', table }) },
      { home: ['status'] },
    );
    await office.slack.openHome(office.ada);
    await soon(() => expect(home()).toContain('"data_table"'));
    office.slack.trouble = (method, body) =>
      method === 'views.publish' && JSON.stringify(body).includes('data_table')
        ? { error: 'invalid_blocks' }
        : undefined;
    const published = () =>
      office.slack.calls.filter(({ method }) => method === 'views.publish').length;
    await office.slack.openHome(office.ada);
    await soon(() => expect(home()).toContain('flights'));
    await soon(() => expect(home()).not.toContain('"data_table"'));
    const before = published();
    await office.slack.openHome(office.ada);
    await soon(() => expect(published()).toBe(before + 1));
  });

  it('shows one refusal to an unknown person', async () => {
    office = await openOffice(
      { invoke: () => refusal(new Refused('Unknown user.')) },
      { home: ['approvals', 'status'] },
    );
    await office.slack.openHome(office.ada);
    await soon(() => expect(home().match(/Unknown user/g)).toHaveLength(1));
  });

  it('answers a button there in the conversation with the bot, and updates the page', async () => {
    const actions = [{ label: 'Approve', command: 'approve', argument: 'a1' }];
    office = await openOffice(
      {
        invoke: ({ command }) =>
          command === 'approve'
            ? ephemeral({ title: 'Approved', tone: 'success' })
            : answer({ title: 'Open', tone: 'note', text: 'one', actions }),
      },
      { home: ['approvals'] },
    );
    await office.slack.openHome(office.ada);
    await soon(() => expect(home()).toContain('Approve'));
    await office.slack.changeInView({ user: office.ada, field: 'Approve', home: true });
    await soon(() => expect(office.answered).toMatchObject([{ shown: true }]));
    expect(office.dispatch.heard[0]).toMatchObject({
      what: { invocation: { command: 'approve', input: 'a1', from: { channel: office.ada } } },
    });
    const said = office.slack.calls.filter(({ method }) => method === 'chat.postMessage');
    expect(said.map(({ body }) => body['channel'])).toEqual([office.ada]);
    await soon(() =>
      expect(office.slack.calls.filter(({ method }) => method === 'views.publish')).toHaveLength(2),
    );
  });
});
