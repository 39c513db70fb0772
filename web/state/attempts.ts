import { signal } from '@preact/signals';
import type { Action, Card } from '../../src/core/card.ts';
import type { Post, PrivateReply } from '../../src/platforms/web/api.ts';
import { announcement } from './announce.ts';
import { api } from './api.ts';
import { idsIn, loadChannel } from './posts.ts';
import { channelId, myId } from './session.ts';

/** A request to the server, until its effect is visible. */
export interface Attempt {
  /** The same for retries, so that nothing happens twice. */
  id: string;
  kind: 'words' | 'command' | 'press' | 'react';
  as: string;
  channel: string;
  /** The thread in which it was sent. */
  thread: string | null;
  /** The typed text, or the label of the button. */
  text: string;
  /** Identifies the action, so that its button can show that it is in progress. */
  key: string;
  state: 'sending' | 'sent' | 'failed';
  /** Why it failed, as a sentence. */
  problem: string;
  run: () => Promise<{ reply: PrivateReply | null }>;
}

/** A private reply, shown below the newest post at that time. */
export interface EphemeralReply {
  id: string;
  as: string;
  channel: string;
  thread: string | null;
  after: string | null;
  card: Card;
}

export const attempts = signal<readonly Attempt[]>([]);
export const ephemeralReplies = signal<readonly EphemeralReply[]>([]);

export function say(text: string): void {
  const request = { id: crypto.randomUUID(), as: myId.peek(), channel: channelId.peek(), text };
  const kind = text.startsWith('/') ? 'command' : 'words';
  begin({ ...request, kind, thread: null, key: '', run: () => api.say(request) });
}

export function press(post: Post, action: Action): void {
  const { command, argument } = action;
  const request = { id: crypto.randomUUID(), as: myId.peek(), post: post.id, command, argument };
  const key = pressKey(post.id, action);
  begin({
    ...place(post, request),
    kind: 'press',
    text: action.label,
    key,
    run: () => api.press(request),
  });
}

export function react(post: Post, emoji: string, on: boolean): void {
  const request = { id: crypto.randomUUID(), as: myId.peek(), post: post.id, emoji, on };
  const key = reactKey(post.id, emoji);
  begin({
    ...place(post, request),
    kind: 'react',
    text: emoji,
    key,
    run: () => api.react(request),
  });
}

export const pressKey = (post: string, { command, argument }: Action) =>
  JSON.stringify(['press', post, command, argument]);
export const reactKey = (post: string, emoji: string) => JSON.stringify(['react', post, emoji]);

export function isBusy(key: string): boolean {
  return attempts.value.some((attempt) => attempt.key === key && attempt.state === 'sending');
}

export function retry(id: string): void {
  const attempt = attempts.peek().find((one) => one.id === id);
  if (attempt === undefined) return;
  change(id, { state: 'sending', problem: '' });
  void run(attempt);
}

export function drop(id: string): void {
  attempts.value = attempts.peek().filter((attempt) => attempt.id !== id);
}

export function dismiss(id: string): void {
  ephemeralReplies.value = ephemeralReplies.peek().filter((ephemeral) => ephemeral.id !== id);
}

/** Our own message has arrived as a post: its placeholder is removed. */
export function settle(post: Post): void {
  const standIn = attempts
    .peek()
    .find(
      ({ id, kind, as, channel, text, state }) =>
        id === post.id ||
        (kind === 'words' &&
          state !== 'failed' &&
          as === post.author.id &&
          channel === post.channel &&
          text === post.text),
    );
  if (standIn !== undefined) drop(standIn.id);
}

function place(post: Post, { id, as }: { id: string; as: string }) {
  return { id, as, channel: post.channel, thread: post.thread };
}

function begin(attempt: Omit<Attempt, 'state' | 'problem'>): void {
  if (attempt.key !== '' && isBusy(attempt.key)) return;
  const begun: Attempt = { ...attempt, state: 'sending', problem: '' };
  attempts.value = [...attempts.peek(), begun];
  void run(begun);
}

async function run(attempt: Attempt): Promise<void> {
  try {
    const { reply } = await attempt.run();
    if (reply !== null) keepEphemeral(attempt, reply.card);
    if (attempt.kind === 'words') await awaitPost(attempt);
    else drop(attempt.id);
  } catch (error) {
    // The answer was lost, but the message is in the channel already.
    if (!attempts.peek().some(({ id }) => id === attempt.id)) return;
    const problem = error instanceof Error ? error.message : String(error);
    change(attempt.id, { state: 'failed', problem });
    announcement.value = `Not sent: ${attempt.text}. ${problem}`;
  }
}

/** The post itself arrives by the live events, or by reloading the channel if there are none. */
async function awaitPost({ id, channel }: Attempt): Promise<void> {
  change(id, { state: 'sent' });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  if (!attempts.peek().some((attempt) => attempt.id === id)) return;
  try {
    await loadChannel(channel);
  } finally {
    // It was sent, even if it is not visible yet: it must not be offered for sending again.
    drop(id);
  }
}

function keepEphemeral({ id, as, channel, thread }: Attempt, card: Card): void {
  const ids = idsIn(thread === null ? `channel:${channel}` : `thread:${thread}`).peek();
  const after = ids?.at(-1) ?? null;
  ephemeralReplies.value = [...ephemeralReplies.peek(), { id, as, channel, thread, after, card }];
  announcement.value = `Only visible to you: ${card.title}`;
}

function change(id: string, changes: Partial<Attempt>): void {
  attempts.value = attempts
    .peek()
    .map((attempt) => (attempt.id === id ? { ...attempt, ...changes } : attempt));
}
