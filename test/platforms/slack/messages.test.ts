import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { Busy, NotFound, Refused, Unreachable } from '../../../src/core/errors.ts';
import type { SlackDouble } from '../../fakes/slack/index.ts';
import { makeAdapter, type Office, openOffice } from './harness.ts';

const PENDING = { outcome: 'pending', data: null } as const;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const sha256 = createHash('sha256').update(PNG).digest('hex');
const card = (title: string): Card => ({ title, tone: 'note' });
const DRAWN: Card = {
  ...card('Drawn'),
  pictures: [{ sha256, alt: 'A curve that climbs', width: 1, height: 1 }],
};

describe('platforms/slack/messages', () => {
  let office: Office;
  const pictures = new Map([[sha256, PNG]]);
  beforeEach(async () => {
    office = await openOffice({}, { pictures });
  });
  afterEach(() => office.close());

  const at = (channel = 'ops') => ({ platform: 'slack', channel: office.slack.channel(channel) });
  const post = (one: Card, key = 'run:1', more: { again?: boolean; thread?: string } = {}) =>
    office.platform.post(at(), one, { key, ...PENDING, ...more });
  const seen = () => office.slack.messages(office.ops);
  const calls = (method: string) => office.slack.calls.filter((call) => call.method === method);
  function trouble(method: string, what: ReturnType<NonNullable<SlackDouble['trouble']>>): void {
    office.slack.trouble = (called) => (called === method ? what : undefined);
  }

  it('posts words and blocks, unfolds no links and marks what it posts', async () => {
    await post(card('Hello'));
    const body = calls('chat.postMessage')[0]?.body;
    expect(body).toMatchObject({ unfurl_links: false, unfurl_media: false });
    expect(body?.['text']).toContain('Hello');
    expect(body?.['blocks']).toContainEqual(expect.objectContaining({ type: 'section' }));
    expect((await seen())[0]?.metadata).toMatchObject({ event_type: 'wheelhouse' });
  });

  it('passes a 429 on with its own time, and tries once', async () => {
    trouble('chat.postMessage', { status: 429, retryAfter: 7 });
    const error = await post(card('Hello')).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Busy);
    expect(error).toMatchObject({ retryAfterMs: 7000 });
    expect(calls('chat.postMessage')).toHaveLength(1);
  });

  it('makes one message of a post whose answer was lost, also after a restart', async () => {
    trouble('chat.postMessage', { status: 500, after: true });
    await expect(post(card('Once'))).rejects.toThrow(Unreachable);
    expect(calls('chat.postMessage')).toHaveLength(1);
    office.slack.trouble = undefined;
    const { adapter } = makeAdapter(office.slack, 'socket');
    await adapter.start(office.dispatch);
    const options = { key: 'run:1', again: true, ...PENDING };
    const ts = await adapter.post(at(), card('Once'), options);
    await adapter.stop();
    expect(await post(card('Once'), 'run:1', { again: true })).toBe(ts);
    expect((await seen()).map(({ ts }) => ts)).toEqual([ts]);
  });

  it('brings a post whose answer was lost up to date', async () => {
    trouble('chat.postMessage', { status: 500, after: true });
    await expect(post(card('Training'))).rejects.toThrow(Unreachable);
    office.slack.trouble = undefined;
    const ts = await post(card('Trained'), 'run:1', { again: true });
    expect(await seen()).toMatchObject([{ ts, words: expect.stringContaining('Trained') }]);
    // Posted, but the bot died before it recorded that.
    expect(await post(card('Promoted'), 'run:1', { again: true })).toBe(ts);
    expect(await seen()).toMatchObject([{ ts, words: expect.stringContaining('Promoted') }]);
  });

  it('finds a reply whose answer was lost in its thread', async () => {
    const thread = await post(card('Parent'), 'run:1');
    trouble('chat.postMessage', { cut: true, after: true });
    await expect(post(card('Reply'), 'run:1:reply', { thread })).rejects.toThrow(Unreachable);
    office.slack.trouble = undefined;
    const ts = await post(card('Reply'), 'run:1:reply', { thread, again: true });
    const replies = await office.slack.thread(office.ops, thread);
    expect(replies.map((reply) => reply.ts)).toEqual([ts]);
  });

  it('posts one message for one key asked for twice at the same time', async () => {
    const [a, b] = await Promise.all([post(card('Once')), post(card('Once'))]);
    expect(a).toBe(b);
    expect(await seen()).toHaveLength(1);
  });

  it('tries an edit again that may be made twice', async () => {
    const ts = await post(card('Half way'));
    let left = 1;
    office.slack.trouble = (method) =>
      method === 'chat.update' && left-- > 0 ? { status: 503, after: false } : undefined;
    await office.platform.edit(at(), ts, card('All the way'), { outcome: 'done', data: null });
    expect((await seen())[0]?.words).toContain('All the way');
  });

  it('keeps the mark of a message through its edits', async () => {
    const ts = await post(card('Half way'));
    await office.platform.edit(at(), ts, card('All the way'), { outcome: 'done', data: null });
    const { adapter } = makeAdapter(office.slack, 'socket');
    await adapter.start(office.dispatch);
    const options = { key: 'run:1', again: true, ...PENDING };
    expect(await adapter.post(at(), card('All the way'), options)).toBe(ts);
    await adapter.stop();
  });

  it.each([
    ['away', 'chat.postMessage', undefined, Refused, '/invite'],
    ['secret', 'chat.postMessage', undefined, Refused, '/invite'],
    ['ops', 'chat.postMessage', 'is_archived', Refused, 'archived'],
    ['ops', 'chat.postMessage', 'restricted_action', Refused, 'admin'],
    ['ops', 'chat.postMessage', 'token_revoked', Refused, 'SLACK_BOT_TOKEN'],
    ['ops', 'chat.postMessage', 'missing_scope', Refused, 'manifest'],
    ['ops', 'chat.postMessage', 'internal_error', Unreachable, 'slack-status'],
  ])('in #%s says what to do about %s %s', async (channel, method, error, kind, next) => {
    if (error !== undefined) trouble(method, { error });
    const posting = office.platform.post(at(channel), card('Hello'), { key: 'k', ...PENDING });
    const thrown = await posting.catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(kind);
    const { message, next: step } =
      thrown instanceof Refused || thrown instanceof Unreachable
        ? thrown
        : { message: '', next: '' };
    expect(`${message} ${step}`).toContain(next);
  });

  it('reports that a message was deleted', async () => {
    const editing = office.platform.edit(at(), '1.000001', card('Gone'), PENDING);
    await expect(editing).rejects.toThrow(NotFound);
  });

  it('sends text if Slack refuses the blocks, and logs it', async () => {
    office.slack.trouble = (method, body) =>
      method === 'chat.postMessage' && Array.isArray(body['blocks']) && body['blocks'].length > 0
        ? { error: 'msg_blocks_too_long' }
        : undefined;
    const ts = await post(card('The news'));
    expect((await seen())[0]).toMatchObject({ ts, text: expect.stringContaining('The news') });
    expect(office.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'Slack refuses our blocks: sent as text' },
    ]);
  });

  it('uploads a picture once, byte for byte, and shows it', async () => {
    await post(DRAWN, 'a');
    await post(DRAWN, 'b');
    expect(calls('files.getUploadURLExternal')).toHaveLength(1);
    const [{ blocks = [] } = {}] = await seen();
    const file = blocks.find(({ type }) => type === 'image')?.['slack_file'];
    const id = typeof file === 'object' && file !== null && 'id' in file ? String(file.id) : '';
    expect(Buffer.compare(await office.slack.file(id), PNG)).toBe(0);
    expect(calls('files.completeUploadExternal')[0]?.body).not.toHaveProperty('channel_id');
  });

  it('says what a picture shows that cannot be uploaded, and shows it with the next edit', async () => {
    trouble('files.getUploadURLExternal', { status: 500, after: false });
    const ts = await post(DRAWN);
    expect((await seen())[0]?.words).toContain('A curve that climbs');
    expect((await seen())[0]?.blocks.some(({ type }) => type === 'image')).toBe(false);
    office.slack.trouble = undefined;
    await office.platform.edit(at(), ts, DRAWN, PENDING);
    expect((await seen())[0]?.blocks.some(({ type }) => type === 'image')).toBe(true);
  });

  it('waits for Slack to look through a picture', async () => {
    let left = 1;
    office.slack.trouble = (method, body) =>
      method === 'chat.postMessage' &&
      JSON.stringify(body['blocks']).includes('slack_file') &&
      left-- > 0
        ? { error: 'invalid_blocks' }
        : undefined;
    await post(DRAWN);
    expect((await seen())[0]?.blocks.some(({ type }) => type === 'image')).toBe(true);
  });

  it('does without a picture that Slack never takes', async () => {
    office.slack.trouble = (method, body) =>
      method === 'chat.postMessage' && JSON.stringify(body['blocks']).includes('slack_file')
        ? { error: 'invalid_blocks' }
        : undefined;
    await post(DRAWN);
    expect((await seen())[0]?.words).toContain('A curve that climbs');
    expect(office.lines.some(({ level }) => level === 'error')).toBe(false);
  });

  describe('with a kind of block that Slack does not accept', () => {
    const LISTED: Card = { ...card('Runs'), table: { columns: ['Run'], rows: [['run-1']] } };
    const RUNNING: Card = {
      ...{ title: 'Training flights', tone: 'progress' as const, footer: 'run-1' },
      progress: { share: 0.4, words: 'tree 40' },
      steps: [{ title: 'Train the model', status: 'running' }],
    };
    const typesOf = (body: unknown) =>
      (Array.isArray(body) ? body : []).map((block: unknown) =>
        typeof block === 'object' && block !== null && 'type' in block ? block.type : '',
      );
    /** Slack does not know the block type, and says so, or only that something is invalid. */
    const refuse = (kind: string, say: boolean, error = 'invalid_blocks') => {
      office.slack.trouble = (_, body) => {
        const at = typesOf(body['blocks']).indexOf(kind);
        const messages = [`[ERROR] unsupported type: ${kind} [json-pointer:/blocks/${at}/type]`];
        return at < 0 ? undefined : { error, ...(say && { messages }) };
      };
    };
    const posts = () => calls('chat.postMessage').map(({ body }) => typesOf(body['blocks']));
    const told = () =>
      office.lines
        .filter(({ message }) => message.includes('kinds of block'))
        .map(({ level }) => level);

    it.each([
      ['data_table', LISTED, 'rich_text', true],
      ['data_table', LISTED, 'rich_text', false],
      ['plan', RUNNING, 'section', true],
      ['plan', RUNNING, 'section', false],
      ['container', { ...LISTED, folded: { title: 'Evidence' } }, 'data_table', true],
    ] as const)(
      'sends the fallback of %s once, and from then on at once',
      async (kind, one, fallback, say) => {
        refuse(kind, say);
        const ts = await post(one, 'run:1');
        expect(posts()).toEqual([
          expect.arrayContaining([kind]),
          expect.arrayContaining([fallback]),
        ]);
        expect((await seen()).map((message) => message.ts)).toEqual([ts]);
        await post(one, 'run:2');
        await office.platform.edit(at(), ts, one, PENDING);
        expect(posts()).toHaveLength(3);
        expect(calls('chat.update')).toHaveLength(1);
        expect(await seen()).toHaveLength(2);
        expect(told()).toEqual(['warn']);
      },
    );

    it('keeps sending the kinds that Slack accepts', async () => {
      refuse('plan', false);
      await post(RUNNING, 'run:1');
      await post(LISTED, 'run:2');
      expect(posts().at(-1)).toContain('data_table');
    });

    it('does not blame a kind for a message that is too long, or refused without it', async () => {
      refuse('data_table', false, 'msg_blocks_too_long');
      await post(LISTED, 'run:1');
      office.slack.trouble = (method, body) =>
        method === 'chat.postMessage' && typesOf(body['blocks']).length > 0
          ? { error: 'invalid_blocks' }
          : undefined;
      await post(LISTED, 'run:2');
      office.slack.trouble = undefined;
      await post(LISTED, 'run:3');
      expect(posts().at(-1)).toContain('data_table');
      expect(await seen()).toHaveLength(3);
    });

    it('posts nothing twice when the answer to the fallback is lost', async () => {
      let isLost = true;
      office.slack.trouble = (_, body) => {
        if (typesOf(body['blocks']).includes('data_table')) return { error: 'invalid_blocks' };
        return isLost ? { cut: true, after: true } : undefined;
      };
      await expect(post(LISTED)).rejects.toThrow(Unreachable);
      isLost = false;
      await post(LISTED, 'run:1', { again: true });
      expect(await seen()).toHaveLength(1);
    });

    it('waits for a picture in a container instead of blaming the container', async () => {
      let left = 1;
      office.slack.trouble = (method, body) =>
        method === 'chat.postMessage' && JSON.stringify(body).includes('slack_file') && left-- > 0
          ? {
              error: 'invalid_blocks',
              messages: [
                '[ERROR] invalid slack file [json-pointer:/blocks/1/child_blocks/0/slack_file]',
              ],
            }
          : undefined;
      await post({ ...DRAWN, folded: { title: 'Evidence' } });
      expect(posts().map((types) => types.includes('container'))).toEqual([true, true]);
      expect(JSON.stringify((await seen())[0]?.blocks)).toContain('slack_file');
    });
  });
});
