import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Invocation } from '../../../src/core/platform.ts';
import type { ChatLog, ChatPost } from '../../../src/core/ports/chat-log.ts';
import { answer, ephemeral, live, note, type Reply } from '../../../src/core/reply.ts';
import type { HttpAdapters } from '../../../src/platforms/http/adapters.ts';
import { type ScriptedDispatch, scriptedDispatch } from '../../fakes/dispatch.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { call, makeAdapters } from '../terminal/open-adapters.ts';

const TRAINING = { title: 'Training flights', tone: 'progress' } as const;
const STATE = { outcome: 'pending', data: null } as const;
const Completions = z.object({ completions: z.array(z.object({ text: z.string() })) });

describe('platforms/web, what people do', () => {
  let chatLog: ChatLog;
  let adapters: HttpAdapters;
  let dispatch: ScriptedDispatch;
  let reply: (invocation: Invocation) => Reply | Promise<Reply>;
  let toReaction: () => Reply | undefined;
  let faults: object[];

  beforeEach(async () => {
    chatLog = memoryChatLog();
    faults = [];
    reply = () => note('fine');
    toReaction = () => undefined;
    dispatch = scriptedDispatch({
      invoke: (invocation) => reply(invocation),
      react: () => toReaction(),
      complete: (text) => [{ text: `${text}s`, label: 'flights', hint: '' }],
    });
    adapters = makeAdapters(chatLog, { log: { error: (fields) => faults.push(fields) } });
    await adapters.start(dispatch);
  });
  afterEach(() => adapters.stop());

  const say = (text: string, id = 'say-00001') =>
    call(adapters.url(), 'say', { id, as: 'ada', channel: 'flights', text });
  const channel = () => chatLog.channel('web', 'flights', { limit: 50 });
  const told = (posts: ChatPost[]) =>
    posts.map(({ author, text, card }) => [author, text ?? card?.title]);
  const post = (title: string) =>
    adapters.web.post(
      { platform: 'web', channel: 'flights' },
      { title, tone: 'note' },
      { key: title, ...STATE },
    );

  it('posts plain words and asks the dispatch nothing', async () => {
    expect(await say('good morning')).toEqual({ status: 200, body: { reply: null } });
    expect(told(await channel())).toEqual([['ada', 'good morning']]);
    expect(dispatch.invocations).toEqual([]);
  });

  it('takes a command behind a mention, and leaves talk about the bot alone', async () => {
    await say('@wheelhouse rollback flights', 'say-00002');
    await say('@Wheelhouse, /status', 'say-00003');
    await say('ask @wheelhouse status', 'say-00004');
    await say('@wheelhouses status', 'say-00005');
    expect(dispatch.invocations).toMatchObject([
      { command: 'rollback', input: 'flights' },
      { command: 'status', input: '' },
    ]);
    expect(told(await channel())).toContainEqual(['ada', '@wheelhouse rollback flights']);
  });

  it('shows no characters that hide text or change its direction', async () => {
    await say('It is \u202efine');
    expect(told(await channel())).toEqual([['ada', 'It is fine']]);
    await post('Rolled back: \u202egnorw saw ti\u202c');
    const { body } = await call(adapters.url(), 'posts?channel=flights');
    expect(JSON.stringify(body)).toContain('"Rolled back: gnorw saw ti"');
    reply = () => ephemeral({ title: 'Only\u200b you', tone: 'note' });
    expect(await say('/help')).toMatchObject({ body: { reply: { card: { title: 'Only you' } } } });
  });

  it('says the same thing once, however often the page sends it', async () => {
    await Promise.all([say('good morning'), say('good morning'), say('/models')]);
    await say('good morning');
    expect(told(await channel()).filter(([author]) => author === 'ada')).toHaveLength(1);
  });

  it('puts a command before its answer', async () => {
    await say('/models  --all "a b"');
    expect(told(await channel())).toEqual([
      ['ada', '/models  --all "a b"'],
      [null, 'fine'],
    ]);
    expect(dispatch.invocations).toEqual([
      {
        id: 'say-00001',
        command: 'models',
        input: '--all "a b"',
        by: { platform: 'web', user: 'ada' },
        from: { platform: 'web', channel: 'flights' },
      },
    ]);
  });

  it('keeps refused commands out of the channel', async () => {
    const refused: Reply = { ...ephemeral({ title: 'No', tone: 'danger' }), outcome: 'refused' };
    reply = () => refused;
    expect((await say('/promote')).body).toEqual({ reply: { card: refused.card } });
    expect(await channel()).toEqual([]);
  });

  it('leaves the card of a subject to the out tray, which does not overtake the command', async () => {
    let delivered: Promise<string> | undefined;
    reply = async () => {
      // The outbox may be faster than the answer.
      delivered = post('Training flights');
      return live('run:1', { card: TRAINING, ...STATE }, []);
    };
    expect((await say('/train flights')).body).toEqual({ reply: null });
    await delivered;
    expect(told(await channel())).toEqual([
      ['ada', '/train flights'],
      [null, 'Training flights'],
    ]);
  });

  it('does not keep the out tray waiting for a command that hangs', async () => {
    let release: (reply: Reply) => void = () => {};
    const started = new Promise<void>((resolve) => {
      reply = () => {
        resolve();
        return new Promise((answered) => {
          release = answered;
        });
      };
    });
    const hanging = say('/status');
    await started;
    await post('An alert');
    expect(told(await channel())).toEqual([[null, 'An alert']]);
    release(note('at last'));
    await hanging;
  });

  it('hands a press on as if it had been typed, and answers in the thread', async () => {
    const message = await post('Gates passed');
    await call(adapters.url(), 'press', {
      id: 'press-001',
      as: 'bob',
      post: message,
      command: 'approve',
      argument: 'ap-1 --note "looks good"',
    });
    expect(dispatch.invocations).toMatchObject([
      { id: 'press-001', command: 'approve', input: 'ap-1 --note "looks good"' },
    ]);
    expect(told(await chatLog.thread(message))).toEqual([[null, 'fine']]);
    expect(await channel()).toHaveLength(1);
  });

  it('stores a reaction, then passes it to the dispatch with the name of the message', async () => {
    const message = await post('Vote');
    toReaction = () => ephemeral({ title: 'You may not vote', tone: 'warning' });
    const react = (on: boolean, id: string) =>
      call(adapters.url(), 'react', { id, as: 'bob', post: message, emoji: 'thumbsup', on });
    expect((await react(true, 'react-001')).body).toMatchObject({
      reply: { card: { title: 'You may not vote' } },
    });
    expect((await chatLog.get(message))?.reactions).toEqual({ thumbsup: ['bob'] });
    expect(dispatch.reactions).toMatchObject([{ message, emoji: 'thumbsup', on: true }]);
    await react(false, 'react-002');
    expect((await chatLog.get(message))?.reactions['thumbsup']).toEqual([]);
  });

  it('refuses reactions that are not emoji', async () => {
    const message = await post('Vote');
    for (const emoji of ['__proto__', 'constructor', 'a.b', '$set', '']) {
      const react = { id: 'react-003', as: 'bob', post: message, emoji, on: true };
      expect((await call(adapters.url(), 'react', react)).status).toBe(400);
    }
    expect(dispatch.reactions).toEqual([]);
  });

  it('does not find messages of other adapters', async () => {
    const elsewhere = await adapters.terminal.post(
      { platform: 'terminal', channel: 'inv-0001' },
      TRAINING,
      { key: 'k', ...STATE },
    );
    const press = { id: 'press-002', as: 'bob', post: elsewhere, command: 'x', argument: '' };
    expect((await call(adapters.url(), 'press', press)).status).toBe(404);
    expect((await call(adapters.url(), `posts/${elsewhere}/thread`)).status).toBe(404);
  });

  it('completes with the slash and without', async () => {
    const complete = async (text: string) => {
      const { body } = await call(
        adapters.url(),
        `complete?as=ada&text=${encodeURIComponent(text)}`,
      );
      return Completions.parse(body).completions.map((one) => one.text);
    };
    expect(await complete('/train flight')).toEqual(['/train flights']);
    expect(await complete('train flight')).toEqual(['train flights']);
  });

  it('gives the newest posts, and the ones before a post', async () => {
    const names: string[] = [];
    for (let i = 0; i < 60; i += 1) names.push(await post(`post ${i}`));
    const Ids = z.object({ posts: z.array(z.object({ id: z.string() })) });
    const ids = async (query: string) =>
      Ids.parse((await call(adapters.url(), `posts?channel=flights${query}`)).body).posts.map(
        ({ id }) => id,
      );
    expect(await ids('')).toEqual(names.slice(10));
    expect(await ids(`&before=${names[10]}`)).toEqual(names.slice(0, 10));
  });

  it('answers an internal error with one line, and logs it', async () => {
    reply = () => {
      throw new Error('the database ate it: password=hunter2');
    };
    const { status, body } = await say('/status');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(faults).toHaveLength(1);
  });

  it('answers that a channel is unknown', async () => {
    const elsewhere = { id: 'say-00009', as: 'ada', channel: 'nowhere', text: 'hi' };
    expect(await call(adapters.url(), 'say', elsewhere)).toMatchObject({ status: 404 });
  });

  it('shows an answer to everybody under the bot', async () => {
    reply = () => answer({ title: 'Models', tone: 'note' }, { models: 2 });
    await say('/models');
    const [, shown] = await channel();
    expect(shown?.state).toEqual({ outcome: 'done', data: { models: 2 } });
  });
});
