import { webApi } from '@slack/bolt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSlack, type SlackDouble } from './slack/index.ts';
import { clientOf, refusal, section } from './slack/visitors.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
let slack: SlackDouble;
let web: webApi.WebClient;
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
  });
  web = clientOf(slack);
  ada = slack.user('ada');
  ops = slack.channel('ops');
});
afterAll(() => slack.close());
afterEach(() => {
  slack.trouble = undefined;
  slack.faults.length = 0;
});

const post = async (more: object = {}) =>
  `${(await web.chat.postMessage({ channel: ops, text: 'hello', ...more })).ts}`;

describe('fakes/slack, the Web API', () => {
  it("returns the bot's identity and scopes", async () => {
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
      code: webApi.ErrorCode.RateLimitedError,
      retryAfter: 7,
    });
  });

  it('loses an answer before or after the effect', async () => {
    for (const after of [false, true]) {
      for (const kind of [{ status: 500 }, { cut: true }] as const) {
        const text = `${after} ${JSON.stringify(kind)}`;
        slack.trouble = () => ({ ...kind, after });
        await expect(post({ text })).rejects.toMatchObject({
          code: 'cut' in kind ? webApi.ErrorCode.RequestError : webApi.ErrorCode.HTTPError,
        });
        expect((await slack.messages(ops)).some((one) => one.text === text)).toBe(after);
      }
    }
  });
});
