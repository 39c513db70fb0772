import { setTimeout as pause } from 'node:timers/promises';
import type { Card } from '../../core/card.ts';
import type { Log } from '../../core/log.ts';
import type { Pictures } from './pictures.ts';
import { namedIn, REFUSED, type Refusal, refusalOf } from './refusals.ts';
import { type Message, toMessage } from './render/message.ts';
import { type Newer, newerOf } from './render/newer.ts';

/** Where a message is shown: Slack may accept a block in a channel but not in an ephemeral message. */
type Surface = 'channel' | 'ephemeral';

/** Renders a card and sends it by `call`, which throws the errors of Slack's client. */
export type Send = <T>(
  card: Card,
  call: (message: Message) => Promise<T>,
  options: { surface: Surface; key?: string | undefined },
) => Promise<T>;

/**
 * Slack processes an upload after acknowledging it, and refuses blocks with it before that.
 * https://docs.slack.dev/reference/methods/files.completeUploadExternal
 */
const LOOKING_THROUGH_MS: readonly number[] = [300, 700, 1500];
const NONE: ReadonlyMap<string, string> = new Map();

/**
 * A message is always delivered: without the kinds of block that Slack refuses there, without pictures, or as plain
 * text. A refused message was not posted, so nothing is posted twice. Kinds that were refused are not tried again by
 * this process.
 */
export function createSend(pictures: Pictures, log: Log, waits = LOOKING_THROUGH_MS): Send {
  const avoided: Record<Surface, Set<Newer>> = { channel: new Set(), ephemeral: new Set() };

  function avoid(kinds: readonly Newer[], surface: Surface, { code, messages }: Refusal) {
    for (const kind of kinds) avoided[surface].add(kind);
    log.warn(
      { kinds: kinds.join(', '), surface, code, messages },
      'Slack does not accept these kinds of block here: from now on their fallback is sent',
    );
  }

  return async (card, call, { surface, key }) => {
    const keyed = key === undefined ? {} : { key };
    const waiting = [...waits];
    let files = await pictures(card);
    for (;;) {
      const known = new Set(avoided[surface]);
      const message = toMessage(card, { ...keyed, pictures: files, avoid: known });
      const sent = await attempt(call, message);
      if ('done' in sent) return sent.done;

      const named = namedIn(sent.refusal, message.blocks);
      if (named.length > 0) {
        avoid(named, surface, sent.refusal);
        continue;
      }
      if (files.size > 0) {
        const wait = waiting.shift();
        if (wait !== undefined) {
          await pause(wait);
          continue;
        }
        log.warn({ title: card.title }, 'Slack does not accept a message with its pictures');
        files = NONE;
        continue;
      }
      return withoutNewer(card, call, { surface, keyed, message, refusal: sent.refusal });
    }
  };

  /** Slack did not name the block: if it accepts the message without the newer kinds, those were the reason. */
  async function withoutNewer<T>(
    card: Card,
    call: (message: Message) => Promise<T>,
    {
      surface,
      keyed,
      message,
      refusal,
    }: { surface: Surface; keyed: { key?: string }; message: Message; refusal: Refusal },
  ): Promise<T> {
    const suspects = [...new Set(message.blocks.flatMap((block) => newerOf(block) ?? []))];
    if (suspects.length > 0) {
      const known = new Set([...avoided[surface], ...suspects]);
      const sent = await attempt(call, toMessage(card, { ...keyed, avoid: known }));
      if ('done' in sent) {
        if (refusal.code !== 'msg_blocks_too_long') avoid(suspects, surface, refusal);
        return sent.done;
      }
    }
    log.error({ code: refusal.code, title: card.title }, 'Slack refuses our blocks: sent as text');
    return call({ text: message.text, blocks: [] });
  }
}

async function attempt<T>(
  call: (message: Message) => Promise<T>,
  message: Message,
): Promise<{ done: T } | { refusal: Refusal }> {
  try {
    return { done: await call(message) };
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal || !REFUSED.includes(refusal.code)) throw error;
    return { refusal };
  }
}
