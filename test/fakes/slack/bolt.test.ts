import type { webApi } from '@slack/bolt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../story/eventually.ts';
import { openSlack, type SlackDouble } from './index.ts';
import { actions, boltOf, button, clientOf, connect, refusal, section, soon } from './visitors.ts';

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
    resendAfter: 800,
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

describe.each(['http', 'socket'] as const)('fakes/slack, Bolt by %s', (mode) => {
  it('carries slash commands, buttons, modals, the home tab and reactions', async () => {
    const { app, stop } = await boltOf(slack, mode);
    const heard: unknown[] = [];
    app.command('/wheelhouse', async ({ command, ack, respond }) => {
      await ack(command.text === 'quick' ? 'at once' : undefined);
      if (command.text !== 'quick')
        await respond({ text: `you said ${command.text}`, response_type: 'in_channel' });
    });
    app.action('approve', async ({ ack, body, action, client, respond }) => {
      await ack();
      heard.push(action);
      if (body.type !== 'block_actions') return;
      await respond({ text: 'pressed', replace_original: true, blocks: [section('pressed')] });
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'why',
          title: { type: 'plain_text', text: 'Why' },
          submit: { type: 'plain_text', text: 'Send' },
          blocks: [
            {
              type: 'input',
              block_id: 'why',
              label: { type: 'plain_text', text: 'Reason' },
              element: { type: 'plain_text_input', action_id: 'why' },
            },
          ],
        },
      });
    });
    app.view('why', async ({ ack, view, body, client }) => {
      const reason = view.state.values['why']?.['why']?.value;
      heard.push(reason);
      if (reason === 'no') return ack({ response_action: 'errors', errors: { why: 'Say more' } });
      await ack();
      const user_id = body.user.id;
      await client.views.publish({ user_id, view: { type: 'home', blocks: [section('home')] } });
    });
    app.event('reaction_added', async ({ event }) => {
      heard.push(event.reaction);
    });

    const quick = await slack.slashCommand({
      command: '/wheelhouse',
      text: 'quick',
      user: ada,
      channel: ops,
    });
    expect(quick.acknowledged).toBe(true);
    expect(slack.ephemerals(ada).at(-1)?.text).toBe('at once');
    await slack.slashCommand({ command: '/wheelhouse', text: mode, user: ada, channel: ops });
    await eventually(
      'the answer',
      async () => (await slack.messages(ops)).some((one) => one.text === `you said ${mode}`),
      soon,
    );

    const ts = await post({ blocks: [section('ask'), actions(button('approve', 'Approve'))] });
    const pressed = await slack.press({ user: ada, channel: ops, ts, button: 'Approve' });
    expect(pressed.acknowledged).toBe(true);
    await eventually('the modal', async () => slack.views(ada).length === 1, soon);
    expect(heard).toMatchObject([{ action_id: 'approve', value: 'v7' }]);
    expect((await slack.messages(ops)).find((one) => one.ts === ts)?.words).toBe('pressed');

    const refused = await slack.submitView(ada, { Reason: 'no' });
    expect(refused.body).toMatchObject({ response_action: 'errors' });
    expect(slack.views(ada)).toHaveLength(1);
    await slack.submitView(ada, { why: 'because' });
    expect(slack.views(ada)).toEqual([]);
    await eventually('the home tab', async () => slack.home(ada) !== undefined, soon);

    const told = await slack.react({ user: ada, channel: ops, ts, emoji: 'thumbsup' });
    expect(told?.acknowledged).toBe(true);
    // Bolt acknowledges an event before its listener runs.
    await eventually('the reaction', async () => heard.includes('thumbsup'), soon);
    expect(heard).toEqual([expect.anything(), 'no', 'because', 'thumbsup']);
    expect(slack.faults).toEqual([]);
    await stop();
  });
});

describe('fakes/slack, what wears out', () => {
  const view = {
    type: 'modal' as const,
    title: { type: 'plain_text' as const, text: 'Now' },
    blocks: [section('now')],
  };

  it('lets a trigger open one modal, for three seconds', async () => {
    const { app, stop } = await boltOf(slack, 'http');
    const triggers: string[] = [];
    app.command('/now', async ({ ack, command }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
    const ask = { command: '/now', user: ada, channel: ops };
    await slack.slashCommand(ask);
    await slack.slashCommand(ask);
    const [first = '', second = ''] = triggers;
    await web.views.open({ trigger_id: first, view });
    const opened = slack.views(ada)[0];
    await web.views.update({ view_id: `${opened?.['id']}`, view });
    await expect(web.views.open({ trigger_id: first, view })).rejects.toEqual(
      refusal('exchanged_trigger_id'),
    );
    now = new Date(now.getTime() + 3001);
    await expect(web.views.open({ trigger_id: second, view })).rejects.toEqual(
      refusal('expired_trigger_id'),
    );
    await slack.closeViews(ada);
    await expect(web.views.update({ view_id: `${opened?.['id']}`, view })).rejects.toEqual(
      refusal('not_found'),
    );
    await stop();
  });

  it('lets a response url be used five times within half an hour', async () => {
    const { app, stop } = await boltOf(slack, 'http');
    const urls: string[] = [];
    app.command('/url', async ({ ack, command }) => {
      urls.push(command.response_url);
      await ack();
    });
    const ask = { command: '/url', user: ada, channel: ops };
    await slack.slashCommand(ask);
    await slack.slashCommand(ask);
    const say = async (url = '') => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body: '{"text":"again"}' });
      return answer.status === 200 ? 'said' : await answer.json();
    };
    for (let n = 0; n < 5; n += 1) expect(await say(urls[0])).toBe('said');
    expect(await say(urls[0])).toMatchObject({ error: 'used_url' });
    now = new Date(now.getTime() + 31 * 60_000);
    expect(await say(urls[1])).toMatchObject({ error: 'expired_url' });
    await stop();
  });
});

describe('fakes/slack, HTTP mode', () => {
  it('signs, and Bolt refuses what is signed wrong or long ago', async () => {
    const { app, stop } = await boltOf(slack, 'http');
    const retries: unknown[] = [];
    app.event('app_home_opened', async ({ context }) => {
      retries.push(context.retryNum);
    });
    const { delivery, status } = await slack.openHome(ada);
    expect(status).toBe(200);
    expect((await slack.repeat(delivery, 1)).status).toBe(200);
    expect((await slack.deliverRaw(delivery, { secret: 'guessed' })).status).toBe(401);
    const signedAt = new Date(Date.now() - 6 * 60_000);
    expect((await slack.deliverRaw(delivery, { signedAt })).status).toBe(401);
    await eventually('both deliveries', async () => retries.length === 2, soon);
    // Bolt does not recognize a repeated event.
    expect(retries).toEqual([undefined, 1]);
    await stop();
  });
});

describe('fakes/slack, Socket Mode', () => {
  it('sends an event again until it is acknowledged, and over a new connection', async () => {
    const socket = await connect(slack);
    const first = slack.openHome(ada);
    const deaf = await socket.next('events_api');
    const again = await socket.next('events_api');
    expect([deaf, again]).toMatchObject([
      { retry_attempt: 0 },
      { retry_attempt: 1, retry_reason: 'timeout' },
    ]);
    slack.sockets.drop();
    await eventually('the drop', async () => slack.sockets.count() === 0, soon);
    const second = await connect(slack);
    const third = await second.next('events_api');
    expect(third).toMatchObject({ envelope_id: deaf['envelope_id'] });
    expect(Number(third['retry_attempt'])).toBeGreaterThan(1);
    second.acknowledge(third);
    expect((await first).acknowledged).toBe(true);

    slack.sockets.refresh('refresh_requested', 'all');
    expect(await second.next('disconnect')).toMatchObject({ reason: 'refresh_requested' });
    second.close();
    await eventually('the close', async () => slack.sockets.count() === 0, soon);
  });

  it('reports a command that is not answered', async () => {
    const shown = await slack.slashCommand({ command: '/nobody', user: ada, channel: ops });
    expect(shown.acknowledged).toBe(false);
  });
});
