import { expect } from 'vitest';
import type { Platform } from '../../../src/core/platform.ts';
import { type AdapterUnderTest, platformContract } from '../../contracts/platform.ts';
import { type DiscordDouble, openDiscord, type Seen, textOf } from '../../fakes/discord/index.ts';
import { eventually } from '../../story/eventually.ts';
import { answering, HOUSE, makeAdapter, SOON } from './harness.ts';

platformContract('discord', async () => under({ double: await openDiscord(HOUSE), adapters: 0 }));

interface Shared {
  double: DiscordDouble;
  adapters: number;
}

function under(shared: Shared): AdapterUnderTest {
  const { double } = shared;
  shared.adapters += 1;
  const troubles: unknown[] = [];
  const { platform: adapter } = makeAdapter(double);
  const platform: Platform = {
    ...adapter,
    start: (dispatch) => adapter.start(answering(dispatch, () => adapter, troubles)),
  };
  const delivered = new Map<string, Seen>();
  const channelOf = (id: string) => (id === 'place-004' ? 'random' : 'ml');

  return {
    platform,
    place: (id) => ({ platform: 'discord', channel: double.ids.channel(channelOf(id)) }),
    async see({ channel }) {
      const top = double.messages(channel).map((message) => ({ message, thread: null }));
      const all = top.flatMap((one) => [
        one,
        ...('thread' in one.message
          ? double.messages(one.message.id).map((message) => ({ message, thread: one.message.id }))
          : []),
      ]);
      return all.map(({ message, thread }) => ({
        name: thread === null ? message.id : `${thread}/${message.id}`,
        thread,
        text: asRead(textOf(message)),
        active: activeIn(textOf(message), double),
        marks: (message.reactions ?? []).flatMap(({ me, emoji }) => (me ? [emoji.name] : [])),
      }));
    },
    async deliver({ id, as, command, words }) {
      const before = delivered.get(id);
      if (before) {
        await double.repeat(before.delivery);
        return '';
      }
      const seen = await double.slashCommand({
        user: as,
        channel: channelOf(id),
        name: 'wheelhouse',
        options: { line: [command, ...words].join(' ') },
      });
      delivered.set(id, seen);
      expect(seen.ephemeral).toBe(true);
      // Public answers delete the pending one instead of editing it.
      const gone = () => !double.ephemerals(as).some(({ id }) => id === seen.message?.id);
      const removed = eventually('the answer', async () => gone(), SOON).then(() => '');
      return Promise.race([seen.answer().then(textOf), removed]);
    },
    mention({ channel }, { as, text, thread }) {
      const said = `<@${double.botId}> ${text}`;
      return double.say({ user: as, channel: thread ?? channel, text: said });
    },
    async reply({ channel }, message, { as, text, aside }) {
      if (aside) return double.say({ user: as, channel, text });
      return double.say({ user: as, channel, text, replyTo: message });
    },
    again: async () => under(shared),
    async close() {
      shared.adapters -= 1;
      if (shared.adapters > 0) return;
      await double.close();
      expect(troubles).toEqual([]);
      expect(double.faults).toEqual([]);
    },
  };
}

/** A backslash escapes markup. */
const asRead = (markdown: string) => markdown.replace(/\\([^0-9A-Za-z\s])/g, '$1');

/** What would notify somebody, and masked links; the double checks mentions in everything sent. */
function activeIn(markdown: string, { faults }: DiscordDouble): string[] {
  return [
    ...faults.filter(({ kind }) => kind === 'mention').map(({ what }) => what),
    ...(markdown.match(/@(everyone|here)|(?<!\\)<[@#!:]|(?<!\\)\]\(/g) ?? []),
  ];
}
