import { App, LogLevel } from '@slack/bolt';
import { ErrorCode, WebClient } from '@slack/web-api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../story/eventually.ts';
import { openSlack, type SlackDouble } from './slack/index.ts';
import { faultsIn } from './slack/limits.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const soon = { within: 20_000, every: 20 };

/** The libraries log what the tests provoke. */
const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** Held by the test. */
let now = new Date();
let slack: SlackDouble;
let web: WebClient;
let ada: string;
let ops: string;

beforeAll(async () => {
  slack = await openSlack({
    users: ['ada', 'bo'],
    channels: {
      ops: { members: ['ada', 'bo', 'bot'] },
      lobby: { members: ['ada'] },
      vault: { members: ['ada'], private: true },
    },
    groups: { approvers: ['ada'] },
    clock: { now: () => now },
    resendAfter: 200,
  });
  web = clientOf(slack);
  ada = slack.user('ada');
  ops = slack.channel('ops');
});
afterAll(() => slack.close());
afterEach(() => {
  slack.trouble = undefined;
  slack.requestUrl = undefined;
  slack.faults.length = 0;
  now = new Date();
});

function clientOf({ botToken, apiUrl }: SlackDouble, token = botToken) {
  const retryConfig = { retries: 0 };
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig,
    rejectRateLimitedCalls: true,
    logger: quiet,
  });
}

const button = (action_id: string, text: string, value = 'v7') => ({
  type: 'button' as const,
  action_id,
  text: { type: 'plain_text' as const, text },
  value,
});
const actions = (...elements: ReturnType<typeof button>[]) => ({
  type: 'actions' as const,
  elements,
});
const section = (text: string) => ({
  type: 'section' as const,
  text: { type: 'mrkdwn' as const, text },
});
const post = async (more: object = {}) =>
  `${(await web.chat.postMessage({ channel: ops, text: 'hello', ...more })).ts}`;
const refusal = (error: string) =>
  expect.objectContaining({
    code: ErrorCode.PlatformError,
    data: expect.objectContaining({ error }),
  });

describe('fakes/slack, the Web API', () => {
  it('says who the bot is, and what it may', async () => {
    const { user_id, response_metadata } = await web.auth.test();
    expect(user_id).toBe(slack.botUser);
    expect(response_metadata?.scopes).toContain('chat:write');
    await expect(clientOf(slack, 'xoxb-guessed').auth.test()).rejects.toEqual(
      refusal('invalid_auth'),
    );
    await expect(web.pins.list({ channel: ops })).rejects.toEqual(refusal('missing_scope'));
  });

  it('posts, edits, threads and reacts', async () => {
    const metadata = { event_type: 'card', event_payload: { key: 'run:7' } };
    const ts = await post({ blocks: [section('hello *world*')], metadata });
    await web.chat.update({ channel: ops, ts, text: 'done', blocks: [section('done')] });
    await post({ thread_ts: ts, text: 'a detail' });
    await slack.react({ user: ada, channel: ops, ts, emoji: 'tada', silently: true });

    const seen = (await slack.messages(ops)).find((one) => one.ts === ts);
    expect(seen).toMatchObject({ words: 'done', edited: true, replies: 1 });
    expect(seen?.reactions).toEqual([{ emoji: 'tada', users: [ada] }]);
    expect(await slack.thread(ops, ts)).toMatchObject([{ text: 'a detail' }]);
    expect(slack.faults).toEqual([]);
    expect(slack.writes(ops).length).toBeGreaterThanOrEqual(3);

    const plain = await web.conversations.history({
      channel: ops,
      latest: ts,
      inclusive: true,
      limit: 1,
    });
    expect(plain.messages?.map((one) => one.ts)).toEqual([ts]);
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    const whole = await web.conversations.replies({ channel: ops, ts, include_all_metadata: true });
    expect(whole.messages?.[0]).toMatchObject({ metadata });
  });

  it('keeps the bot out of channels it was not invited to', async () => {
    const lobby = slack.channel('lobby');
    const enter = (channel: string) => web.chat.postMessage({ channel, text: 'hello' });
    await expect(enter(lobby)).rejects.toEqual(refusal('not_in_channel'));
    await expect(enter(slack.channel('vault'))).rejects.toEqual(refusal('channel_not_found'));
    expect((await web.conversations.info({ channel: lobby })).channel?.is_member).toBe(false);
    expect((await web.conversations.info({ channel: ops })).channel?.is_member).toBe(true);
  });

  it('takes files whole, and shows them as pictures', async () => {
    const { files } = await web.filesUploadV2({
      file: PIXEL,
      filename: 'chart.png',
      title: 'Chart',
    });
    const id = files[0]?.files?.[0]?.id ?? '';
    expect(await slack.file(id)).toEqual(PIXEL);
    const told = await web.files.info({ file: id });
    const url = told.file?.url_private ?? '';
    const headers = { authorization: `Bearer ${slack.botToken}` };
    const bytes = Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
    expect(bytes).toEqual(PIXEL);

    const picture = (slack_file: { id: string }) => ({
      type: 'image',
      alt_text: 'A pixel',
      slack_file,
    });
    await post({ blocks: [picture({ id })] });
    await expect(post({ blocks: [picture({ id: 'F0NONE' })] })).rejects.toEqual(
      refusal('invalid_blocks'),
    );
    const thread = await post();
    await web.filesUploadV2({ file: PIXEL, filename: 'a.png', channel_id: ops, thread_ts: thread });
    expect(await slack.thread(ops, thread)).toMatchObject([{ files: [{ name: 'a.png' }] }]);
  });

  it('shows ephemeral messages to one person', async () => {
    await web.chat.postEphemeral({ channel: ops, user: ada, text: 'only you' });
    expect(slack.ephemerals(ada)).toMatchObject([{ channel: ops, text: 'only you' }]);
    expect(slack.ephemerals(slack.user('bo'))).toEqual([]);
    expect((await slack.messages(ops)).some((one) => one.text === 'only you')).toBe(false);
  });

  it('knows user groups', async () => {
    const groups = (await web.usergroups.list({ include_users: true })).usergroups;
    expect(groups).toMatchObject([{ handle: 'approvers', users: [ada] }]);
    slack.setGroup('approvers', []);
    const usergroup = groups?.[0]?.id ?? '';
    expect((await web.usergroups.users.list({ usergroup })).users).toEqual([]);
  });

  it('refuses what is over the limits, and remembers every fault', async () => {
    await expect(post({ blocks: [section('x'.repeat(3001))] })).rejects.toEqual(
      refusal('invalid_blocks'),
    );
    const long = Array.from({ length: 5 }, () => section('x'.repeat(2999)));
    await expect(post({ blocks: long })).rejects.toEqual(refusal('msg_blocks_too_long'));
    await post({ text: 'hey <!channel>' });
    await web.chat.update({ channel: ops, ts: await post(), text: 'bare' });
    expect(slack.faults.map((fault) => fault.split(':')[1]?.trim())).toEqual([
      'invalid_blocks',
      'msg_blocks_too_long',
      'mention',
      'blocks_lost',
    ]);
  });
});

describe('fakes/slack, trouble', () => {
  it('answers 429 with the seconds to wait', async () => {
    slack.trouble = () => ({ status: 429, retryAfter: 7 });
    await expect(web.chat.postMessage({ channel: ops, text: 'x' })).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 7,
    });
  });

  it('loses an answer before or after the effect', async () => {
    for (const after of [false, true]) {
      for (const kind of [{ status: 500 }, { cut: true }] as const) {
        const text = `${after} ${JSON.stringify(kind)}`;
        slack.trouble = () => ({ ...kind, after });
        await expect(post({ text })).rejects.toMatchObject({
          code: 'cut' in kind ? ErrorCode.RequestError : ErrorCode.HTTPError,
        });
        expect((await slack.messages(ops)).some((one) => one.text === text)).toBe(after);
      }
    }
  });
});

/** A bot of the real Bolt, in either mode. */
async function boltOf(double: SlackDouble, mode: 'http' | 'socket') {
  const app = new App({
    token: double.botToken,
    ...(mode === 'socket'
      ? { socketMode: true, appToken: double.appToken }
      : { signingSecret: double.signingSecret }),
    clientOptions: { slackApiUrl: double.apiUrl, retryConfig: { retries: 0 } },
    logger: quiet,
    deferInitialization: true,
  });
  await app.init();
  if (mode === 'socket') {
    await app.start();
    return { app, stop: () => app.stop() };
  }
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const address = 'address' in server ? server.address() : null;
  const port = typeof address === 'object' && address ? address.port : 0;
  double.requestUrl = `http://127.0.0.1:${port}/slack/events`;
  return { app, stop: () => app.stop() };
}

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
    // Bolt does not know that it has had this event before.
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
    expect(third).toMatchObject({ retry_attempt: 2, envelope_id: deaf['envelope_id'] });
    second.acknowledge(third);
    expect((await first).acknowledged).toBe(true);

    slack.sockets.refresh('refresh_requested', 'all');
    expect(await second.next('disconnect')).toMatchObject({ reason: 'refresh_requested' });
    second.close();
    await eventually('the close', async () => slack.sockets.count() === 0, soon);
  });

  it('tells who types a command that nobody answers', async () => {
    const shown = await slack.slashCommand({ command: '/nobody', user: ada, channel: ops });
    expect(shown.acknowledged).toBe(false);
  });
});

/** A bare client of Socket Mode, which acknowledges when told to. */
async function connect(double: SlackDouble) {
  const { url } = await clientOf(double, double.appToken).apps.connections.open({});
  const socket = new WebSocket(`${url}`);
  const inbox: Record<string, unknown>[] = [];
  socket.addEventListener('message', ({ data }) => inbox.push(JSON.parse(`${data}`)));
  const next = (type: string) =>
    eventually(
      `a message of the type ${type}`,
      async () => {
        const at = inbox.findIndex((one) => one['type'] === type);
        return at < 0 ? undefined : inbox.splice(at, 1)[0];
      },
      soon,
    );
  await next('hello');
  return {
    next,
    close: () => socket.close(),
    acknowledge: ({ envelope_id }: Record<string, unknown>) =>
      socket.send(JSON.stringify({ envelope_id, payload: {} })),
  };
}

describe('fakes/slack, limits', () => {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const inMessage = (...blocks: unknown[]) =>
    faultsIn('chat.postMessage', { channel: 'C1', text: 'x', blocks }).length;
  const held = (element: object) => ({ type: 'actions', elements: [element] });
  const menu = (n: number, more: object = {}) => ({
    type: 'static_select',
    action_id: 'm',
    options: Array.from({ length: n }, (_, at) => ({
      text: plain(`o${at}`),
      value: `${at}`,
      ...more,
    })),
  });
  const x = (n: number) => 'x'.repeat(n);

  it.each([
    ['header', { type: 'header', text: plain(x(150)) }, { type: 'header', text: plain(x(151)) }],
    [
      'field',
      { type: 'section', fields: [plain(x(2000))] },
      { type: 'section', fields: [plain(x(2001))] },
    ],
    ['button', held(button('a', x(75))), held(button('a', x(76)))],
    ['button value', held(button('a', 'b', x(2000))), held(button('a', 'b', x(2001)))],
    ['action_id', held(button(x(255), 'b')), held(button(x(256), 'b'))],
    ['options', held(menu(100)), held(menu(101))],
    ['option value', held(menu(1, { value: x(150) })), held(menu(1, { value: x(151) }))],
    ['option text', held(menu(1, { text: plain(x(75)) })), held(menu(1, { text: plain(x(76)) }))],
    ['block_id', { type: 'divider', block_id: x(255) }, { type: 'divider', block_id: x(256) }],
    [
      'alt_text',
      { type: 'image', image_url: 'https://x', alt_text: x(2000) },
      { type: 'image', image_url: 'https://x', alt_text: x(2001) },
    ],
    [
      'table rows',
      { type: 'table', rows: Array.from({ length: 100 }, () => [{ type: 'raw_text', text: 'x' }]) },
      { type: 'table', rows: Array.from({ length: 101 }, () => [{ type: 'raw_text', text: 'x' }]) },
    ],
  ])('allows as much of %s as Slack does', (_, good, bad) => {
    expect(inMessage(good)).toBe(0);
    expect(inMessage(bad)).toBeGreaterThan(0);
  });

  it('counts blocks, and wants their ids to differ', () => {
    const divider = { type: 'divider' };
    expect(inMessage(...Array(50).fill(divider))).toBe(0);
    expect(inMessage(...Array(51).fill(divider))).toBe(1);
    expect(inMessage({ ...divider, block_id: 'a' }, { ...divider, block_id: 'a' })).toBe(1);
  });

  it('takes no mention, wherever it hides, and lets escaped ones be', () => {
    for (const bad of ['<!here>', '<@U1>', '<!subteam^S1|x>', '<!channel|x>'])
      expect(inMessage(section(bad))).toBe(1);
    expect(inMessage(section('&lt;!here&gt; @here <https://x|y>'))).toBe(0);
    expect(inMessage({ type: 'header', text: plain('<!here>') })).toBe(0);
  });
});
