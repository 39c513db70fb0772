/**
 * What the page and its server say to each other. Types only: the page is built for a browser.
 *
 * GET  /api/session                      Session
 * GET  /api/posts?channel=C[&before=ID]  { posts: Post[] }   the newest 50 top-level posts, oldest first
 * GET  /api/posts/ID/thread              { posts: Post[] }   oldest first
 * POST /api/say      Say                 { reply: PrivateReply | null }
 * POST /api/press    Press               { reply: PrivateReply | null }
 * POST /api/react    React               { reply: PrivateReply | null }
 * GET  /api/complete?as=A&text=T         { completions: Completion[] }
 * GET  /api/pictures/SHA256              image/png
 * GET  /api/events                       server-sent events, each `data:` a PageEvent; after a gap, load again
 *
 * All need the session: the address `/?token=…` sets it as a cookie. 400, 401, 403, 404 and 500
 * answer { error: string }.
 */
import type { Card } from '../../core/card.ts';
import type { Completion } from '../../core/platform.ts';

export interface Session {
  /** Whom the page may speak as. Several in a demo, one otherwise. */
  identities: { id: string; name: string; role: string }[];
  channels: { id: string; topic: string }[];
  commands: { name: string; summary: string; usage: string }[];
  version: string;
}

export interface Post {
  id: string;
  channel: string;
  /** Id of the post whose thread this stands in. */
  thread: string | null;
  author: { id: string; name: string; bot: boolean };
  /** A person's words; bot posts have a card instead. */
  text: string | null;
  card: Card | null;
  at: string;
  editedAt: string | null;
  /** Who answered with which emoji: person ids by emoji. */
  reactions: Record<string, string[]>;
  replies: { count: number; lastAt: string | null };
}

/** Seen by the caller alone and not kept: errors, refusals, ephemeral replies. */
export interface PrivateReply {
  card: Card;
}

export interface Say {
  /** Made by the page, the same when it tries again: nothing happens twice. */
  id: string;
  as: string;
  channel: string;
  /** A slash command, or words to the others in the channel. */
  text: string;
}

export interface Press {
  id: string;
  as: string;
  post: string;
  command: string;
  argument: string;
}

export interface React {
  id: string;
  as: string;
  post: string;
  emoji: string;
  on: boolean;
}

export type PageEvent =
  /** New or changed; replaces the post of the same id. */
  { type: 'post'; post: Post } | { type: 'hello'; version: string };

export type { Completion };
