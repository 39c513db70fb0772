import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import { toJson } from '../core/json.ts';
import type { ChatLog, ChatPost } from '../core/ports/chat-log.ts';
import { ascendingIds } from './ascending-ids.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

type Row = Omit<ChatPost, 'id' | 'reactions' | 'state'> & {
  /** Ascends: the order of the posts. */
  _id: string;
  key: string;
  state: { outcome: NonNullable<ChatPost['state']>['outcome']; data?: unknown } | null;
  /** `emoji/person`, in the order in which they were put: one is one element of a set. */
  reactions: string[];
};

const schema = new RowSchema<Row>({
  _id: word,
  key: word,
  platform: word,
  channel: word,
  thread: { type: String, default: null },
  author: { type: String, default: null },
  text: { type: String, default: null },
  card: anything,
  state: anything,
  at: date,
  editedAt: { type: Date, default: null },
  reactions: [String],
  replies: { _id: false, type: { count: number, lastAt: { type: Date, default: null } } },
  revision: number,
});
schema.index({ platform: 1, key: 1 }, { unique: true });
schema.index({ platform: 1, channel: 1, thread: 1, _id: -1 });
schema.index({ thread: 1, _id: 1 });

function toPost({ _id, key: _, reactions, state, ...row }: Row): ChatPost {
  const byEmoji: Record<string, string[]> = {};
  for (const reaction of reactions) {
    const cut = reaction.lastIndexOf('/');
    const emoji = reaction.slice(0, cut);
    byEmoji[emoji] = [...(byEmoji[emoji] ?? []), reaction.slice(cut + 1)];
  }
  return {
    id: _id,
    ...row,
    state: state && { outcome: state.outcome, data: toJson(state.data) },
    reactions: byEmoji,
  };
}

export function chatLogIn(connection: Connection, clock: Clock): ChatLog {
  const rows = schema.in(connection, 'ChatPost', 'chat_posts');
  const nextId = ascendingIds('post', clock);
  const after = { returnDocument: 'after' } as const;

  /**
   * Counts the replies to `id` anew rather than one more: a repeat then changes nothing. Counts only
   * grow, so `$lt` keeps a straggler from writing an older one.
   */
  async function recount(id: string): Promise<void> {
    const replies = await rows.find({ thread: id }, { at: 1 }).sort({ _id: 1 }).lean<Row[]>();
    const count = replies.length;
    const last = replies.at(-1);
    if (!last) return;
    await rows.updateOne(
      { _id: id, 'replies.count': { $lt: count } },
      { $set: { replies: { count, lastAt: last.at } }, $inc: { revision: 1 } },
    );
  }

  return reached<ChatLog>(
    {
      async add({ key, platform, ...draft }) {
        const fresh = { reactions: [], replies: { count: 0, lastAt: null }, revision: 1 };
        await unlessThere(() =>
          rows.create({
            ...{ _id: nextId(), key, platform, ...draft, ...fresh },
            ...{ at: clock.now(), editedAt: null },
          }),
        );
        const row = await rows.findOne({ platform, key }).lean<Row>();
        if (!row) throw new Error(`posting ${key}: the post is gone`);
        if (row.thread !== null) await recount(row.thread);
        return toPost(row);
      },

      async edit(id, card, state) {
        const row = await rows
          .findOneAndUpdate(
            { _id: id },
            { $set: { card, state, editedAt: clock.now() }, $inc: { revision: 1 } },
            after,
          )
          .lean<Row>();
        if (!row) throw new NotFound(`There is no post ${id}.`);
        return toPost(row);
      },

      async get(id) {
        const row = await rows.findById(id).lean<Row>();
        return row ? toPost(row) : undefined;
      },

      async react(id, emoji, person, on) {
        const reaction = `${emoji}/${person}`;
        const row = await rows
          .findOneAndUpdate(
            { _id: id, reactions: on ? { $ne: reaction } : reaction },
            {
              ...(on ? { $addToSet: { reactions: reaction } } : { $pull: { reactions: reaction } }),
              $inc: { revision: 1 },
            },
            after,
          )
          .lean<Row>();
        return row ? toPost(row) : undefined;
      },

      async channel(platform, channel, { before, limit }) {
        const found = await rows
          .find({
            ...{ platform, channel, thread: null },
            ...(before === undefined ? {} : { _id: { $lt: before } }),
          })
          .sort({ _id: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.reverse().map(toPost);
      },

      async thread(id) {
        const found = await rows.find({ thread: id }).sort({ _id: 1 }).lean<Row[]>();
        return found.map(toPost);
      },
    },
    {
      add: 'storing the post',
      edit: 'editing the post',
      get: 'reading the post',
      react: 'storing the reaction',
      channel: 'reading the channel',
      thread: 'reading the thread',
    },
  );
}
