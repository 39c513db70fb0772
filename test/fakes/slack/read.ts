import { wordsIn } from './blocks.ts';
import { type Body, bodyOf, listOf, textOf } from './json.ts';
import { INSIDE, OBSERVER } from './seed.ts';
import type { State } from './state.ts';

/** A message as people see it. */
export interface Seen {
  ts: string;
  user: string;
  /** The text of a notification. */
  text: string;
  blocks: Body[];
  /** All text in the blocks, a line each. */
  words: string;
  /** The labels of its buttons. */
  buttons: string[];
  replies: number;
  reactions: { emoji: string; users: string[] }[];
  files: { id: string; name: string; title: string; alt: string }[];
  metadata: unknown;
  edited: boolean;
}

/** Reads the workspace with access to everything. */
export function openReader({ upstream }: State) {
  /** Who can see it: direct messages belong to the bot. */
  const eyes = (channel: string) => (channel.startsWith('D') ? INSIDE : OBSERVER);

  async function thread(channel: string, ts: string): Promise<Body[]> {
    const answer = await upstream.must('conversations.replies', { channel, ts }, eyes(channel));
    return listOf(answer['messages']);
  }

  return {
    /** The messages of a channel, oldest first, without those in threads. */
    async messages(channel: string): Promise<Seen[]> {
      const answer = await upstream.must(
        'conversations.history',
        { channel, limit: 1000 },
        eyes(channel),
      );
      const spoken = listOf(answer['messages']).filter(
        (one) => one['subtype'] === undefined || one['subtype'] === 'file_share',
      );
      return spoken.reverse().map(seen);
    },
    /** The replies under a message, oldest first. */
    async thread(channel: string, ts: string): Promise<Seen[]> {
      return (await thread(channel, ts)).filter((one) => one['ts'] !== ts).map(seen);
    },
    /** The message as it is stored. @throws Error if there is none */
    async raw(channel: string, ts: string): Promise<Body> {
      const found = (await thread(channel, ts)).find((one) => one['ts'] === ts);
      if (!found) throw new Error(`no message ${ts} in ${upstream.nameOf(channel)}`);
      return found;
    },
    /** The bytes of a file. */
    async file(id: string): Promise<Buffer> {
      const { file } = await upstream.must('files.info', { file: id });
      const path = new URL(textOf(bodyOf(file)['url_private'])).pathname;
      const headers = { authorization: `Bearer ${INSIDE}` };
      const answer = await fetch(`${upstream.url}${path}`, { headers });
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

export type Reader = ReturnType<typeof openReader>;

function seen(message: Body): Seen {
  const blocks = listOf(message['blocks']);
  const elements = blocks.flatMap((one) => [
    ...listOf(one['elements']),
    ...listOf([one['accessory']]),
  ]);
  return {
    ts: textOf(message['ts']),
    user: textOf(message['user']),
    text: textOf(message['text']),
    blocks,
    words: wordsIn(blocks).join('\n'),
    buttons: elements
      .filter((one) => one['type'] === 'button')
      .map((one) => textOf(bodyOf(one['text'])['text'])),
    replies: Number(message['reply_count'] ?? 0),
    reactions: listOf(message['reactions']).map((one) => ({
      emoji: textOf(one['name']),
      users: Array.isArray(one['users']) ? one['users'].map(textOf) : [],
    })),
    files: listOf(message['files']).map((one) => ({
      id: textOf(one['id']),
      name: textOf(one['name']),
      title: textOf(one['title']),
      alt: textOf(one['alt_txt']),
    })),
    metadata: message['metadata'],
    edited: message['edited'] !== undefined,
  };
}
