import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Json } from '../../../src/core/json.ts';
import { answer, ephemeral, live, type Reply } from '../../../src/core/reply.ts';
import { type Office, openOffice, soon } from './harness.ts';

const card = (title: string): Card => ({ title, tone: 'note' });
const LIVE: Reply = live('run:1', { card: card('Training'), outcome: 'pending', data: null }, []);

describe('platforms/slack/answers', () => {
  let office: Office;
  let reply: Reply;
  afterEach(() => office.close());

  /** A submitted command, and what its answer refers to. */
  async function asked(channel: string, clock?: Clock): Promise<Json> {
    reply = ephemeral(card('first'));
    office = await openOffice({ invoke: () => reply }, clock && { clock, slack: { clock } });
    return again(channel);
  }
  async function again(channel: string): Promise<Json> {
    const command = {
      command: '/status',
      user: office.ada,
      channel: office.slack.channel(channel),
    };
    await office.slack.slashCommand(command);
    await soon(() => expect(office.answered).toHaveLength(office.dispatch.heard.length));
    return office.dispatch.heard.at(-1)?.to ?? null;
  }
  const tell = (to: Json, one: Reply) => office.platform.answer?.(to, one);
  const heard = () => office.slack.ephemerals(office.ada).map(({ text }) => text);
  const calls = (method: string) => office.slack.calls.filter((call) => call.method === method);

  it('goes by the response url five times, and then by the bot itself', async () => {
    const to = await asked('ops');
    for (let i = 2; i <= 5; i += 1) await tell(to, ephemeral(card(`answer ${i}`)));
    expect(calls('chat.postEphemeral')).toEqual([]);
    expect(await tell(to, ephemeral(card('answer 6')))).toBe(true);
    expect(calls('chat.postEphemeral')).toHaveLength(1);
    expect(heard()).toHaveLength(6);
    expect(heard().at(-1)).toContain('answer 6');
  });

  it('knows the conversation with the bot, which is opened before anything is said in it', async () => {
    await asked('ops');
    const to = { user: office.ada, channel: 'D0HOME' };
    expect(await tell(to, answer(card('For all')))).toBe(true);
    await office.slack.openHome(office.ada);
    await soon(async () => expect(await tell(to, answer(card('For all')))).toBe(false));
  });

  it('leaves a response url alone that has grown old', async () => {
    let now = new Date();
    const to = await asked('ops', { now: () => now });
    now = new Date(now.getTime() + 31 * 60_000);
    await tell(to, ephemeral(card('late')));
    expect(calls('chat.postEphemeral')).toHaveLength(1);
    expect(heard().at(-1)).toContain('late');
  });

  it('sends an answer only to Slack', async () => {
    await asked('ops');
    let carried = 0;
    const elsewhere = createServer((_request, response) => {
      carried += 1;
      response.end();
    });
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = `http://127.0.0.1:${port}/response/1`;
    const to = { user: office.ada, channel: office.ops, at: Date.now(), url };
    expect(await tell(to, ephemeral(card('secret')))).toBe(true);
    elsewhere.close();
    expect(carried).toBe(0);
    expect(calls('chat.postEphemeral')).toHaveLength(1);
  });

  it('leaves an answer for everybody to the channel that the bot is in', async () => {
    const to = await asked('ops');
    expect(await tell(to, answer(card('for all')))).toBe(false);
    expect(await tell(to, LIVE)).toBe(false);
    expect(heard()).toHaveLength(1);
  });

  it.each(['away', 'secret'])('says how to be heard in #%s, where the bot is not', async (name) => {
    const to = await asked(name);
    expect(await tell(to, answer(card('for all')))).toBe(true);
    expect(heard().at(-1)).toContain('for all');
    expect(heard().at(-1)).toContain('/invite @wheelhouse');
    expect(await tell(to, LIVE)).toBe(false);
    expect(heard().at(-1)).toContain('/invite @wheelhouse');
  });

  it('knows at once that it was invited', async () => {
    const to = await asked('away');
    expect(await tell(to, answer(card('for all')))).toBe(true);
    await office.slack.invite(office.slack.channel('away'), office.ada);
    expect(await tell(to, answer(card('for all')))).toBe(false);
  });

  it('answers in the conversation with the bot if neither a URL nor an ephemeral message works', async () => {
    await asked('ops');
    const to = { user: office.ada, channel: office.slack.channel('away') };
    expect(await tell(to, ephemeral(card('for you')))).toBe(true);
    expect(calls('chat.postMessage')).toMatchObject([{ body: { channel: office.ada } }]);
  });
});
