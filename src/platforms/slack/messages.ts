import type { Address } from '../../core/address.ts';
import type { Card } from '../../core/card.ts';
import { NotFound } from '../../core/errors.ts';
import type { PostOptions } from '../../core/platform.ts';
import { asked, codeOf } from './faults.ts';
import type { Search } from './find.ts';
import { kept } from './kept.ts';
import type { Places } from './places.ts';
import { blockIdOf } from './render/message.ts';
import type { Send } from './send.ts';
import type { Web } from './web.ts';

interface Parts {
  web: Web;
  send: Send;
  search: Search;
  places: Places;
}

export interface Messages {
  post(where: Address, card: Card, options: PostOptions): Promise<string>;
  edit(where: Address, message: string, card: Card): Promise<void>;
  remove(where: Address, message: string): Promise<void>;
}

/** A message, and whether it has just been created. */
interface Posted {
  ts: string;
  isNew: boolean;
}

const REMEMBERED = 5000;
const QUIET = { unfurl_links: false, unfurl_media: false };

/** Permanent messages: posted once for each key, and edited in place. */
export function createMessages({ web, send, search, places }: Parts): Messages {
  const posted = kept<Promise<Posted>>(REMEMBERED);
  const keys = kept<string>(REMEMBERED);

  async function bring({ channel }: Address, card: Card, options: PostOptions): Promise<Posted> {
    const { key, thread, again } = options;
    const there = again && (await search({ channel, thread, mark: blockIdOf(key) }));
    if (there) return { ts: there, isNew: false };
    const activity = `posting in ${channel}`;
    const answer = await asked(
      activity,
      send(
        card,
        (message) =>
          web.once.chat.postMessage({
            channel,
            ...message,
            ...QUIET,
            ...(thread !== undefined && { thread_ts: thread }),
            metadata: { event_type: 'wheelhouse', event_payload: { key: blockIdOf(key) } },
          }),
        { surface: 'channel', key },
      ),
    );
    if (!answer.ts) throw new Error(`${activity}: Slack gave the message no name`);
    return { ts: answer.ts, isNew: true };
  }

  async function edit({ channel }: Address, ts: string, card: Card): Promise<void> {
    const key = keys.get(`${channel} ${ts}`);
    const update = send(card, (message) => web.client.chat.update({ channel, ts, ...message }), {
      surface: 'channel',
      key,
    }).catch((error: unknown) => {
      if (NOT_OURS_NOW.includes(codeOf(error) ?? '')) places.cannotSpeak(channel);
      throw error;
    });
    await asked(`editing a message in ${channel}`, update);
  }

  return {
    async post(where, card, options) {
      const { channel } = where;
      const id = `${channel} ${options.key}`;
      // The same key twice at the same time is also one message.
      const before = posted.get(id);
      const posting = before ?? bring(where, card, options);
      posted.set(id, posting);
      const { ts, isNew } = await posting.catch((error: unknown) => {
        posted.delete(id);
        places.cannotSpeak(channel);
        throw error;
      });
      keys.set(`${channel} ${ts}`, options.key);
      // The existing message may show an older state of the card.
      if (before || !isNew) await edit(where, ts, card).catch(unlessGone);
      return ts;
    },

    edit,

    async remove({ channel }, ts) {
      await asked(`removing a message in ${channel}`, web.client.chat.delete({ channel, ts }));
    },
  };
}

const NOT_OURS_NOW = ['not_in_channel', 'channel_not_found', 'is_archived'];

function unlessGone(error: unknown): void {
  if (!(error instanceof NotFound)) throw error;
}
