import type { webApi } from '@slack/bolt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../story/eventually.ts';
import { openSlack, type SlackDouble } from './index.ts';
import { actions, boltOf, button, clientOf, refusal, section, soon } from './visitors.ts';

/** Held by the test. */
let now = new Date();
let slack: SlackDouble;
let web: webApi.WebClient;
let ada: string;
let ops: string;

beforeAll(async () => {
  slack = await openSlack({
    users: ['ada'],
    channels: { ops: { members: ['ada', 'bot'] } },
    clock: { now: () => now },
  });
  web = clientOf(slack);
  ada = slack.user('ada');
  ops = slack.channel('ops');
});
afterAll(() => slack.close());
afterEach(() => {
  slack.requestUrl = undefined;
  slack.faults.length = 0;
  now = new Date();
});

const post = async (more: object = {}) =>
  `${(await web.chat.postMessage({ channel: ops, text: 'hello', ...more })).ts}`;

describe('fakes/slack, messages for one person', () => {
  it('replaces and deletes them through the response url of their buttons', async () => {
    const { app, stop } = await boltOf(slack, 'http');
    app.action(/./, async ({ ack, action, respond, body }) => {
      await ack();
      // Slack does not resend ephemeral messages.
      expect(body).not.toHaveProperty('message');
      const id = 'action_id' in action ? action.action_id : '';
      if (id === 'gone') await respond({ delete_original: true });
      else await respond({ replace_original: true, text: 'again', blocks: [actions(gone)] });
    });
    const gone = button('gone', 'Close');
    const blocks = [actions(button('more', 'More'))];
    const { message_ts } = await web.chat.postEphemeral({
      channel: ops,
      user: ada,
      text: 'hush',
      blocks,
    });
    const ts = `${message_ts}`;
    const mine = () => slack.ephemerals(ada).find((one) => one.ts === ts);
    await slack.press({ user: ada, channel: ops, ts, button: 'More' });
    await eventually('the new text', async () => mine()?.text === 'again', soon);
    await slack.press({ user: ada, channel: ops, ts, button: 'Close' });
    await eventually('the end of it', async () => mine() === undefined, soon);
    await stop();
  });

  it('carries direct messages', async () => {
    const channel = await slack.directMessages(ada);
    const { ts } = await web.chat.postMessage({ channel: ada, text: 'psst' });
    expect(await slack.messages(channel)).toMatchObject([
      { ts, text: 'psst', user: slack.botUser },
    ]);
  });
});

describe('fakes/slack, comings and goings', () => {
  it('sends the bot only events of its own channels', async () => {
    const { app, stop } = await boltOf(slack, 'http');
    const heard: string[] = [];
    app.event('reaction_added', async ({ event }) => void heard.push(event.reaction));
    app.event('member_joined_channel', async ({ event }) => void heard.push(event.user));
    const ts = await post();
    await slack.expel(ops, ada);
    await expect(post()).rejects.toEqual(refusal('not_in_channel'));
    expect(await slack.react({ user: ada, channel: ops, ts, emoji: 'x' })).toBeUndefined();
    await slack.invite(ops, ada);
    await slack.react({ user: ada, channel: ops, ts, emoji: 'x', on: false });
    await slack.react({ user: ada, channel: ops, ts, emoji: 'tada' });
    await eventually('the last', async () => heard.includes('tada'), soon);
    expect(heard).toEqual([slack.botUser, 'tada']);
    await stop();
  });

  it('dates its answers by its clock', async () => {
    now = new Date('2031-02-03T04:05:06Z');
    const answer = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' });
    expect(answer.headers.get('date')).toBe('Mon, 03 Feb 2031 04:05:06 GMT');
    expect(await answer.json()).toEqual({ ok: false, error: 'not_authed' });
  });

  it('measures a view in an acknowledgement too', async () => {
    const { app, stop } = await boltOf(slack, 'http');
    const view = (title: string) => ({
      type: 'modal' as const,
      callback_id: 'step',
      title: { type: 'plain_text' as const, text: title },
      submit: { type: 'plain_text' as const, text: 'Go' },
      blocks: [section(title)],
    });
    app.command('/step', async ({ ack, command, client }) => {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: view('One') });
    });
    const titles = ['A title that is far too long for it', 'Two'];
    app.view('step', async ({ ack }) =>
      ack({ response_action: 'update', view: view(titles.shift() ?? '') }),
    );
    const title = () => slack.views(ada).map((one) => Object(one['title']).text);
    await slack.slashCommand({ command: '/step', user: ada, channel: ops });
    await eventually('the modal', async () => title().length === 1, soon);
    await slack.submitView(ada);
    expect(title()).toEqual(['One']);
    expect(slack.faults).toHaveLength(1);
    await slack.submitView(ada);
    expect(title()).toEqual(['Two']);
    await slack.closeViews(ada);
    await stop();
  });
});
