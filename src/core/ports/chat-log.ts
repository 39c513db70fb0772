import type { Card } from '../card.ts';
import type { MessageState } from '../platform.ts';

/** The messages of our own adapters (web, terminal), which no platform stores for us. */
export interface ChatPost {
  id: string;
  platform: string;
  channel: string;
  thread: string | null;
  /** Person ID; null for the bot. */
  author: string | null;
  text: string | null;
  card: Card | null;
  state: MessageState | null;
  at: Date;
  editedAt: Date | null;
  /** Person IDs by emoji. */
  reactions: Record<string, string[]>;
  replies: { count: number; lastAt: Date | null };
  /** Grows with every change of the post. */
  revision: number;
}

export type ChatPostDraft = Pick<
  ChatPost,
  'platform' | 'channel' | 'thread' | 'author' | 'text' | 'card' | 'state'
> & {
  /** The same key returns the same post, and counts once in its thread. */
  key: string;
};

export interface ChatLog {
  add(draft: ChatPostDraft): Promise<ChatPost>;
  edit(id: string, card: Card, state: MessageState): Promise<ChatPost>;
  get(id: string): Promise<ChatPost | undefined>;
  /** Adds or removes `person`'s emoji; undefined if nothing changed. */
  react(id: string, emoji: string, person: string, on: boolean): Promise<ChatPost | undefined>;
  /** The newest top-level posts before `before`, oldest first. */
  channel(
    platform: string,
    channel: string,
    options: { before?: string; limit: number },
  ): Promise<ChatPost[]>;
  thread(id: string): Promise<ChatPost[]>;
}
