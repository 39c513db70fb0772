import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Address } from '../../src/core/address.ts';
import type { Card } from '../../src/core/card.ts';
import type { Invocation, MessageState, Platform } from '../../src/core/platform.ts';
import { answer, ephemeral, note, type Reply } from '../../src/core/reply.ts';
import { type ScriptedDispatch, scriptedDispatch } from '../fakes/dispatch.ts';

/** A message as a reader at its address sees it. */
interface SeenMessage {
  /** As `post` returned it. */
  name: string;
  thread: string | null;
  /** All of its text, decoded as the platform does. */
  text: string;
  /** Parts of it that have an effect: mentions, markup, control sequences. */
  active: string[];
  /** The bot's own reactions, as characters; absent if the platform has none. */
  marks?: string[];
}

/** What a user does on the platform; `id` is the platform's event ID. */
interface Delivery {
  id: string;
  as: string;
  command: string;
  words: string[];
}

/** An adapter with a platform in front, and only what the suite provides behind it. */
export interface AdapterUnderTest {
  platform: Platform;
  /** A place in which the command of event `id` is given and answered. */
  place(id: string): Address;
  /** Messages that `reader` sees in `where`, oldest first. */
  see(where: Address, reader: string): Promise<SeenMessage[]>;
  /** Sends the event the way the platform does; resolves with what only the caller sees. */
  deliver(delivery: Delivery): Promise<string>;
  /**
   * A user replies in the thread of a message, on platforms with threads. `aside`: elsewhere in the same channel,
   * without addressing the bot.
   */
  reply?(
    where: Address,
    message: string,
    said: { as: string; text: string; aside?: true },
  ): Promise<unknown>;
  /** A user mentions the bot with a command, in a channel or thread, on platforms with mentions. */
  mention?(where: Address, said: { as: string; text: string; thread?: string }): Promise<unknown>;
  /** The same platform with a new instance of the adapter, as after a restart; `platform` is not started. */
  again(): Promise<AdapterUnderTest>;
  close(): Promise<void>;
}

const PENDING: MessageState = { outcome: 'pending', data: null };
const card = (title: string, more: Partial<Card> = {}): Card => ({
  title,
  tone: 'note',
  ...more,
});
const HOSTILE =
  '<!channel> @everyone <script>alert(1)</script> *bold* [x](http://x) & \u001b[31mred';

/** What every adapter must do. `ada` and `bob` may use it. */
export function platformContract(name: string, makeAdapter: () => Promise<AdapterUnderTest>): void {
  describe(`${name} meets the contract of a platform`, () => {
    let adapter: AdapterUnderTest;
    let dispatch: ScriptedDispatch;
    let script: (invocation: Invocation) => Reply | Promise<Reply>;

    beforeEach(async () => {
      script = () => note('nothing to say');
      dispatch = scriptedDispatch({ invoke: (invocation) => script(invocation) });
      // Adapters that acknowledge first get the answer later.
      dispatch.answerWith = async ({ to }, reply) => adapter.platform.answer?.(to, reply);
      adapter = await makeAdapter();
      await adapter.platform.start(dispatch);
    });
    afterEach(async () => {
      await adapter.platform.stop();
      await adapter.close();
    });

    const texts = async (where: Address) =>
      (await adapter.see(where, 'bob')).map(({ text }) => text);

    it('names what it posts', async () => {
      const where = adapter.place('place-001');
      const message = await adapter.platform.post(where, card('Hello'), { key: 'k1', ...PENDING });
      expect(message).not.toBe('');
      const [seen, ...others] = await adapter.see(where, 'bob');
      expect(seen).toMatchObject({ name: message, thread: null });
      expect(seen?.text).toContain('Hello');
      expect(others).toEqual([]);
    });

    it('posts the same key once', async () => {
      const where = adapter.place('place-002');
      const options = { key: 'k1', ...PENDING };
      const first = await adapter.platform.post(where, card('Once'), options);
      const second = await adapter.platform.post(where, card('Once'), { ...options, again: true });
      expect(second).toBe(first);
      expect(await texts(where)).toHaveLength(1);
    });

    it('updates a message left by an earlier attempt', async () => {
      const where = adapter.place('place-010');
      const options = { key: 'k1', ...PENDING };
      const message = await adapter.platform.post(where, card('Training'), options);
      const again = { ...options, again: true };
      expect(await adapter.platform.post(where, card('Trained'), again)).toBe(message);
      const [seen, ...others] = await adapter.see(where, 'bob');
      expect(seen?.text).toContain('Trained');
      expect(seen?.text).not.toContain('Training');
      expect(others).toEqual([]);
    });

    it('posts the same key in another place as a separate message', async () => {
      const [here, there] = [adapter.place('place-003'), adapter.place('place-004')];
      if (here.channel === there.channel) return;
      const options = { key: 'k1', ...PENDING };
      const first = await adapter.platform.post(here, card('Twice'), options);
      expect(await adapter.platform.post(there, card('Twice'), options)).not.toBe(first);
    });

    it('edits in place', async () => {
      const where = adapter.place('place-005');
      const message = await adapter.platform.post(where, card('Training'), {
        key: 'k1',
        ...PENDING,
      });
      await adapter.platform.edit(where, message, card('Trained'), { outcome: 'done', data: null });
      const [seen, ...others] = await adapter.see(where, 'bob');
      expect(seen?.name).toBe(message);
      expect(seen?.text).toContain('Trained');
      expect(seen?.text).not.toContain('Training');
      expect(others).toEqual([]);
    });

    it('posts replies in the thread', async () => {
      const where = adapter.place('place-006');
      const parent = await adapter.platform.post(where, card('Parent'), { key: 'k1', ...PENDING });
      const options = { key: 'k2', thread: parent, ...PENDING };
      await adapter.platform.post(where, card('A word on it'), options);
      await adapter.platform.post(where, card('A word on it'), { ...options, again: true });
      const replies = (await adapter.see(where, 'bob')).filter(({ thread }) => thread === parent);
      expect(replies.map(({ text }) => text)).toEqual([expect.stringContaining('A word on it')]);
    });

    it('shows every part of a card', async () => {
      const where = adapter.place('place-007');
      const full = card('Flights v2', {
        text: 'Trained on January.',
        facts: [{ label: 'AUC', value: '0.695' }],
        table: { columns: ['origin'], rows: [['ATL']] },
        progress: { share: 0.45, words: 'fitting trees' },
        actions: [{ label: 'Promote it', command: 'promote', argument: 'flights 2' }],
        footer: 'asked for by Ada',
      });
      await adapter.platform.post(where, full, { key: 'k1', ...PENDING });
      const [text = ''] = await texts(where);
      for (const part of ['Flights v2', 'Trained on January.', 'AUC', '0.695', 'ATL'])
        expect(text).toContain(part);
      for (const part of ['45', 'fitting trees', 'Promote it', 'asked for by Ada'])
        expect(text).toContain(part);
    });

    it('shows hostile text as text', async () => {
      const where = adapter.place('place-008');
      const hostile = card(HOSTILE, {
        text: HOSTILE,
        facts: [{ label: HOSTILE, value: HOSTILE }],
        table: { columns: [HOSTILE], rows: [[HOSTILE]] },
        footer: HOSTILE,
      });
      await adapter.platform.post(where, hostile, { key: 'k1', ...PENDING });
      const [seen] = await adapter.see(where, 'bob');
      expect(seen?.active).toEqual([]);
      expect(seen?.text).toContain('everyone');
      expect(seen?.text).toContain('alert(1)');
    });

    it('sets its own reaction on a message, one at a time and repeatably, if it supports reactions', async () => {
      const where = adapter.place('place-011');
      const options = { key: 'k1', ...PENDING };
      const message = await adapter.platform.post(where, card('Alert', { mark: 'taken' }), options);
      const marks = async () => (await adapter.see(where, 'bob'))[0]?.marks;
      if (!adapter.platform.mark) return expect(await marks()).toBeUndefined();
      const shown = [];
      for (const mark of ['taken', 'taken', 'over', 'over', undefined] as const) {
        await adapter.platform.mark(where, message, mark);
        shown.push(await marks());
      }
      expect(shown).toEqual([['👀'], ['👀'], ['✅'], ['✅'], []]);
      // Another person's vote.
      await adapter.platform.mark(where, message, 'over');
      expect(await adapter.platform.reactions?.(where, message)).toEqual([]);
    });

    it('opens the same direct message with a person each time, and posts and edits there, if it supports them', async () => {
      const { direct } = adapter.platform;
      await adapter.deliver({ id: 'event-006', as: 'ada', command: 'status', words: [] });
      const [{ by } = {}] = dispatch.invocations;
      if (!direct || !by) return expect(direct).toBeUndefined();
      const where = await direct(by);
      expect(where.platform).toBe(adapter.platform.name);
      expect(await direct(by)).toEqual(where);
      const options = { key: 'k1', ...PENDING };
      const message = await adapter.platform.post(where, card('For you'), options);
      const again = { ...options, again: true };
      expect(await adapter.platform.post(where, card('For you'), again)).toBe(message);
      await adapter.platform.edit(where, message, card('It is over'), PENDING);
      expect((await adapter.see(where, 'ada')).map(({ text }) => text)).toEqual([
        expect.stringContaining('It is over'),
      ]);
      expect(await texts(adapter.place('event-006'))).not.toContain('For you');
    });

    it('passes on who called what, where, and through which event', async () => {
      await adapter.deliver({
        id: 'event-001',
        as: 'ada',
        command: 'train',
        words: ['flights', 'a=1'],
      });
      const [invocation] = dispatch.invocations;
      expect(invocation).toMatchObject({
        command: 'train',
        by: { platform: adapter.platform.name },
        from: adapter.place('event-001'),
      });
      expect([invocation?.input].flat().join(' ')).toBe('flights a=1');
      expect(invocation?.by.user).not.toBe('');
    });

    it('hears what people write in the thread of a message, as they wrote it, and nothing else', async () => {
      const where = adapter.place('place-012');
      const message = await adapter.platform.post(where, card('Vote'), { key: 'k1', ...PENDING });
      if (!adapter.reply) return;
      await adapter.reply(where, message, { as: 'bob', text: 'lunch?', aside: true });
      await adapter.reply(where, message, { as: 'bob', text: 'slices look right' });
      const text = '<b>a</b> & b *c* https://example.com/?a=1&b=2';
      await adapter.reply(where, message, { as: 'ada', text });
      await expect.poll(() => dispatch.said.length).toBe(2);
      const [first, second] = dispatch.said;
      expect(first).toMatchObject({ message, text: 'slices look right' });
      expect(first?.from.platform).toBe(adapter.platform.name);
      expect(second).toMatchObject({ message, text });
      expect(second?.by.user).not.toBe(first?.by.user);
      expect(second?.id).not.toBe(first?.id);
      expect(dispatch.invocations).toEqual([]);
      // What was missed is read later, as it would have been received.
      const read = await adapter.platform.replies?.(where, message);
      const heard = dispatch.said.map(({ text: words, by }) => [by.user, words]);
      expect(read?.map(({ text: words, by }) => [by.user, words])).toEqual(heard);
      const [one, other] = read ?? [];
      expect(one?.at.getTime()).toBeLessThanOrEqual(other?.at.getTime() ?? 0);
      expect(one?.id).not.toBe(other?.id);
      const alone = await adapter.platform.post(where, card('Alone'), { key: 'k2', ...PENDING });
      expect(await adapter.platform.replies?.(where, alone)).toEqual([]);
    });

    it('takes a command behind a mention, in a thread too, and leaves other talk alone', async () => {
      const { mention } = adapter;
      if (!mention) return;
      script = ({ command, from }) =>
        command === 'help'
          ? ephemeral(card('Only for you'))
          : answer(card(`Answered in ${from.channel}`));
      const where = adapter.place('place-013');
      const post = (key: string, more: { thread?: string } = {}) =>
        adapter.platform.post(where, card(key), { key, ...PENDING, ...more });
      await mention(where, { as: 'ada', text: 'status flights --at "2026-05-01 10:00" <b> & c' });
      await expect.poll(() => dispatch.invocations.length).toBe(1);
      const thread = await post('Vote');
      await post('A reply', { thread });
      await mention(where, { as: 'bob', text: 'looks right to me', thread });
      await mention(where, { as: 'bob', text: '/Train flights', thread });
      await expect.poll(() => dispatch.invocations.length).toBe(2);
      // A mention that is no command is answered where it cannot be a reply.
      await mention(where, { as: 'bob', text: 'stauts' });
      await mention(where, { as: 'bob', text: '' });
      await expect.poll(() => dispatch.invocations.length).toBe(4);
      expect(dispatch.invocations).toMatchObject([
        { command: 'status', input: 'flights --at "2026-05-01 10:00" <b> & c' },
        { command: 'train', input: 'flights' },
        { command: 'stauts', input: '' },
        { command: 'help', input: '' },
      ]);
      const [first, second] = dispatch.invocations;
      expect(first?.from).toEqual({ platform: adapter.platform.name, channel: where.channel });
      expect(second?.by.user).not.toBe(first?.by.user);
      expect(dispatch.said.map(({ text }) => text)).toEqual(['looks right to me']);
      for (const text of await texts(where)) expect(text).not.toContain('Only for you');
    });

    it('gives an event that is delivered twice the same ID, and shows its answer once', async () => {
      script = () => answer(card('Here you are'));
      const delivery = { id: 'event-002', as: 'ada', command: 'status', words: [] };
      await adapter.deliver(delivery);
      await adapter.deliver(delivery);
      expect(new Set(dispatch.invocations.map(({ id }) => id)).size).toBe(1);
      const shown = (await texts(adapter.place('event-002'))).filter((text) =>
        text.includes('Here you are'),
      );
      expect(shown.length).toBeLessThanOrEqual(1);
    });

    it('gives different events different ids', async () => {
      await adapter.deliver({ id: 'event-003', as: 'ada', command: 'status', words: [] });
      await adapter.deliver({ id: 'event-004', as: 'ada', command: 'status', words: [] });
      expect(new Set(dispatch.invocations.map(({ id }) => id)).size).toBe(2);
    });

    it('shows a private reply to the caller only', async () => {
      script = () => ephemeral(card('For your eyes only'));
      const delivery = { id: 'event-005', as: 'ada', command: 'status', words: [] };
      expect(await adapter.deliver(delivery)).toContain('For your eyes only');
      expect((await texts(adapter.place('event-005'))).join()).not.toContain('For your eyes only');
    });

    it('continues its messages after a restart', async () => {
      const where = adapter.place('place-009');
      const options = { key: 'k1', ...PENDING };
      const message = await adapter.platform.post(where, card('Half way'), options);
      await adapter.platform.stop();
      const next = await adapter.again();
      await adapter.close();
      adapter = next;
      await adapter.platform.start(dispatch);
      const again = { ...options, again: true };
      expect(await adapter.platform.post(where, card('Half way'), again)).toBe(message);
      await adapter.platform.edit(where, message, card('All the way'), {
        outcome: 'done',
        data: null,
      });
      const seen = await adapter.see(where, 'bob');
      expect(seen.map(({ name }) => name)).toEqual([message]);
      expect(seen[0]?.text).toContain('All the way');
    });
  });
}
