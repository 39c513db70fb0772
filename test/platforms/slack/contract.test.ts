import { expect } from 'vitest';
import { MARKS } from '../../../src/core/card.ts';
import { type AdapterUnderTest, platformContract } from '../../contracts/platform.ts';
import { openSlack, type SlackDouble } from '../../fakes/slack/index.ts';
import { eventCallback } from '../../fakes/slack/payload.ts';
import { type Mode, makeAdapter, WORKSPACE } from './harness.ts';

platformContract('slack in Socket Mode', () => fresh('socket'));
platformContract('slack over HTTP', () => fresh('http'));

interface Shared {
  slack: SlackDouble;
  adapters: number;
}

async function fresh(mode: Mode): Promise<AdapterUnderTest> {
  return under(mode, { slack: await openSlack(WORKSPACE), adapters: 0 });
}

/** Slack's client sends these three as entities, and links in angle brackets. */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/https:\S+/g, (link) => `<${link}>`);

function under(mode: Mode, shared: Shared): AdapterUnderTest {
  const { slack } = shared;
  shared.adapters += 1;
  const { platform } = makeAdapter(slack, mode);
  const delivered = new Map<string, Awaited<ReturnType<SlackDouble['slashCommand']>>['delivery']>();
  const channelOf = (id: string) => slack.channel(id === 'place-004' ? 'flights' : 'ops');

  return {
    platform,
    place: (id) => ({ platform: 'slack', channel: channelOf(id) }),
    async see({ channel }) {
      const top = await slack.messages(channel);
      const all = await Promise.all(
        top.map(async (message) => [
          { message, thread: null },
          ...(message.replies > 0 ? await slack.thread(channel, message.ts) : []).map((reply) => ({
            message: reply,
            thread: message.ts,
          })),
        ]),
      );
      return all.flat().map(({ message, thread }) => ({
        name: message.ts,
        thread,
        text: [message.words, ...message.buttons].join('\n'),
        // What would notify somebody; the double checks everything sent.
        active: slack.faults.filter((fault) => fault.includes('mention')),
        marks: message.reactions.map(
          ({ emoji }) => Object.values(MARKS).find(({ name }) => name === emoji)?.emoji ?? emoji,
        ),
      }));
    },
    async deliver({ id, as, command, words }) {
      const user = slack.user(as);
      const before = slack.ephemerals(user).length;
      const known = delivered.get(id);
      if (known) await slack.repeat(known);
      else {
        const said = {
          command: `/${command}`,
          text: words.join(' '),
          user,
          channel: channelOf(id),
        };
        delivered.set(id, (await slack.slashCommand(said)).delivery);
      }
      return slack
        .ephemerals(user)
        .slice(before)
        .map(({ text }) => text)
        .join('\n');
    },
    mention({ channel }, { as, text, thread: ts }) {
      const sent = `<@${slack.botUser}> ${escaped(text)}`;
      return slack.mention({ user: slack.user(as), channel, ...(ts && { ts }), text: sent });
    },
    async reply({ channel }, ts, { as, text, aside }) {
      const sent = escaped(text);
      const user = slack.user(as);
      if (!aside) {
        await slack.reply({ user, channel, ts, text: sent });
        return;
      }
      const other = { ...{ type: 'message', channel, user, text: sent, ts: '1.000001' } };
      await slack.deliverRaw({ kind: 'events_api', payload: eventCallback(other) });
      // In someone else's thread, and an edited reply.
      for (const more of [{ parent_user_id: user }, { subtype: 'message_changed' }]) {
        const event = { ...other, thread_ts: ts, parent_user_id: slack.botUser, ...more };
        await slack.deliverRaw({ kind: 'events_api', payload: eventCallback(event) });
      }
    },
    again: async () => under(mode, shared),
    async close() {
      shared.adapters -= 1;
      if (shared.adapters > 0) return;
      await slack.close();
      expect(slack.faults).toEqual([]);
    },
  };
}
