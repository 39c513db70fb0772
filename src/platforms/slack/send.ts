import { setTimeout as pause } from 'node:timers/promises';
import type { Card } from '../../core/card.ts';
import type { Log } from '../../core/log.ts';
import { codeOf } from './faults.ts';
import type { Pictures } from './pictures.ts';
import { type Message, toMessage } from './render/message.ts';

/** Renders a card and has it sent by `call`, which throws what Slack's client throws. */
export type Send = <T>(
  card: Card,
  call: (message: Message) => Promise<T>,
  key?: string,
) => Promise<T>;

const REFUSED = [
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'invalid_arguments',
];

/**
 * Slack looks through an upload after it has acknowledged it, and takes no block with it before that.
 * https://docs.slack.dev/reference/methods/files.completeUploadExternal
 */
const LOOKING_THROUGH_MS: readonly number[] = [300, 700, 1500];

/** The news always gets through: without pictures, or as plain text, where Slack does not take the blocks. */
export function createSend(pictures: Pictures, log: Log, waits = LOOKING_THROUGH_MS): Send {
  return async (card, call, key) => {
    const keyed = key === undefined ? {} : { key };
    const files = await pictures(card);
    const refused = (error: unknown) => {
      const code = codeOf(error);
      if (code === undefined || !REFUSED.includes(code)) throw error;
      return { refused: code };
    };

    if (files.size > 0) {
      for (const wait of [0, ...waits]) {
        if (wait > 0) await pause(wait);
        const sent = await call(toMessage(card, { ...keyed, pictures: files })).then(
          (done) => ({ done }),
          refused,
        );
        if ('done' in sent) return sent.done;
      }
      log.warn({ title: card.title }, 'Slack does not take a message with its pictures');
    }
    const message = toMessage(card, keyed);
    const sent = await call(message).then((done) => ({ done }), refused);
    if ('done' in sent) return sent.done;
    log.error({ code: sent.refused, title: card.title }, 'Slack refuses our blocks: sent as text');
    return call({ text: message.text, blocks: [] });
  };
}
