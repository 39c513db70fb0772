import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Card } from '../../core/card.ts';
import { Refused } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Reply } from '../../core/reply.ts';
import { asked, inOurWords } from './faults.ts';
import { isPerson, type Places } from './places.ts';
import type { Message } from './render/message.ts';
import type { Respond } from './response-url.ts';
import type { Send } from './send.ts';
import type { Submissions } from './submissions.ts';

/** What is needed to answer only the caller; stored with the event. */
export const To = z.object({
  user: z.string(),
  /** A channel, or the ID of the person if they used the bot's own page. */
  channel: z.string(),
  /** The `response_url`, and when it was given, in milliseconds since 1970. */
  url: z.string().optional(),
  at: z.number().optional(),
  /** The thread in which the command was said. */
  thread: z.string().optional(),
  /** For a submitted form: errors are shown next to its fields. */
  form: z.string().optional(),
});
export type To = z.infer<typeof To>;

interface Parts {
  web: { client: webApi.WebClient; once: webApi.WebClient };
  send: Send;
  places: Places;
  respond: Respond;
  submissions: Submissions;
  botName: () => string;
}

/** `Platform.answer`: true if the caller has seen the complete answer. */
export function createAnswers(parts: Parts): (to: Json, reply: Reply) => Promise<boolean> {
  const { web, send, places, respond, submissions, botName } = parts;

  const directly = ({ user }: To, message: Message) =>
    web.once.chat.postMessage({
      channel: user,
      ...message,
      unfurl_links: false,
      unfurl_media: false,
    });

  async function ephemerally(to: To, message: Message): Promise<unknown> {
    const { channel, user, thread } = to;
    if (isPerson(channel)) return directly(to, message);
    try {
      return await web.once.chat.postEphemeral({
        ...{ channel, user, ...message },
        ...(thread !== undefined && { thread_ts: thread }),
      });
    } catch (error) {
      // If the bot cannot post an ephemeral message, it uses the person's conversation with it.
      if (inOurWords(error, '') instanceof Refused) return directly(to, message);
      throw error;
    }
  }

  async function ephemeral(to: To, card: Card): Promise<void> {
    const { url, at } = to;
    const say = async (message: Message) => {
      if (url && at !== undefined && (await respond({ url, at }, message))) return;
      await ephemerally(to, message);
    };
    await asked('answering somebody', send(card, say, { surface: 'ephemeral' }));
  }

  return async (json, reply) => {
    const to = To.parse(json);
    const mistaken = reply.fault === 'usage' || reply.fault === 'refused';
    if (to.form && mistaken && (await submissions.shown(to.form))) return true;
    if (reply.audience === 'caller') {
      await ephemeral(to, reply.card);
      return true;
    }
    if (await places.canSpeak(to.channel)) return false;
    const { card } = reply;
    const wayOut = to.channel.startsWith('D')
      ? 'Only visible to you. To share it, use the command in a channel that the bot is in.'
      : `Only visible to you: the bot is not in this channel. Invite it with /invite @${botName()}.`;
    if (reply.subject === undefined) {
      await ephemeral(to, { ...card, footer: [card.footer, wayOut].filter(Boolean).join('\n') });
      return true;
    }
    await ephemeral(to, {
      title: `${card.title}: its message cannot be posted here.`,
      tone: 'warning',
      text: wayOut,
    });
    return false;
  };
}
