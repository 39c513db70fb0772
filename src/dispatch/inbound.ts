import { Unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { type Dispatch, eventIn, type InboundEvent, type Platform } from '../core/platform.ts';
import type { InboundHandler } from '../core/ports/inbound.ts';
import type { Replies } from '../core/ports/replies.ts';
import type { Reply } from '../core/reply.ts';

/** Presses of one button by one person within this time count as one. */
const DOUBLE_CLICK_MS = 3000;
const REMEMBERED = 5000;

interface Parts extends Pick<Dispatch, 'invoke' | 'react' | 'hear'> {
  platforms: readonly Platform[];
  replies: Pick<Replies, 'open'>;
  /** Stores an event until it is answered; a repeat of a stored event is dropped. */
  keep: (inbound: InboundEvent) => Promise<void>;
  log: Log;
}

/** Accepts events that adapters cannot wait for, and answers them. */
export function createInbound(parts: Parts): InboundHandler & Pick<Dispatch, 'take'> {
  const { replies, keep, log } = parts;
  const adapters = new Map(parts.platforms.map((platform) => [platform.name, platform]));
  const isDoubleClick = createDoubleClicks();

  function answerTo(what: InboundEvent['what']): Promise<Reply | undefined> {
    if ('invocation' in what) return parts.invoke(what.invocation);
    return 'reaction' in what ? parts.react(what.reaction) : parts.hear(what.said);
  }

  async function handle(inbound: InboundEvent): Promise<void> {
    const { what, to, thread } = inbound;
    const { id, from } = eventIn(inbound);
    const reply = await answerTo(what);
    // Nobody waits for an answer to what was missed.
    if (!reply || to === null) return;
    const isForAll = reply.audience === 'channel' && !reply.subject;
    const adapter = adapters.get(from.platform);
    const shown = await adapter?.answer?.(to, reply).catch((error: unknown) => {
      if (!isForAll) throw error;
      // The outbox delivers it for as long as it takes, which is longer than an adapter can wait.
      log.info({ err: error, event: id }, 'an answer goes to the channel instead');
      return false;
    });
    if (shown || !isForAll) return;
    const place = thread === undefined ? from : { ...from, thread };
    const { card, outcome, data } = reply;
    await replies.open(`answer:${from.platform}-${id}`, place, { card, outcome, data });
  }

  return {
    handle,
    async take(inbound) {
      if (isDoubleClick(inbound)) return;
      try {
        await keep(inbound);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        const event = eventIn(inbound).id;
        log.warn({ err: error, event }, 'an event could not be stored');
        handle(inbound).catch((err: unknown) =>
          log.error({ err, event }, 'answering an event broke'),
        );
      }
    },
  };
}

function createDoubleClicks(): (inbound: InboundEvent) => boolean {
  const pressed = new Map<string, { id: string; at: number }>();
  return (inbound) => {
    if (inbound.control === undefined) return false;
    const { id, by } = eventIn(inbound);
    const key = `${by.platform} ${by.user} ${inbound.control}`;
    const before = pressed.get(key);
    const now = performance.now();
    if (before && before.id !== id && now - before.at < DOUBLE_CLICK_MS) return true;
    pressed.delete(key);
    pressed.set(key, { id, at: now });
    const oldest = pressed.size > REMEMBERED ? pressed.keys().next().value : undefined;
    if (oldest !== undefined) pressed.delete(oldest);
    return false;
  };
}
