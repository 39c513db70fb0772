import { Unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { type Dispatch, eventIn, type InboundEvent, type Platform } from '../core/platform.ts';
import type { InboundHandler, Unacknowledged } from '../core/ports/inbound.ts';
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
  unacknowledged?: Unacknowledged;
  log: Log;
}

/** Accepts events that adapters cannot wait for, and answers them. */
export function createInbound(
  parts: Parts,
): InboundHandler & Pick<Dispatch, 'take' | 'acknowledged'> {
  const { replies, keep, unacknowledged, log } = parts;
  const adapters = new Map(parts.platforms.map((platform) => [platform.name, platform]));
  const once = createDoubleClicks();

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

  async function store(inbound: InboundEvent): Promise<void> {
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
  }

  /** With the ID of the event that it repeats: it takes effect once, and both are answered. */
  async function asFirst(inbound: InboundEvent): Promise<InboundEvent> {
    const { what } = inbound;
    if (!unacknowledged || !('invocation' in what)) return inbound;
    const { invocation } = what;
    // If Redis does not answer, it is not stored either.
    const id = await unacknowledged.begin(invocation).catch(() => invocation.id);
    if (id === invocation.id) return inbound;
    log.info({ event: invocation.id, first: id }, 'what was not acknowledged was done again');
    return { ...inbound, what: { invocation: { ...invocation, id } }, repeat: invocation.id };
  }

  return {
    handle,
    take: (inbound, repeatedBy = 'platform') =>
      once(inbound, async () => store(repeatedBy === 'person' ? await asFirst(inbound) : inbound)),
    async acknowledged({ what }) {
      // It is forgotten by itself after a while.
      if ('invocation' in what) await unacknowledged?.end(what.invocation).catch(() => undefined);
    },
  };
}

interface Pressed {
  id: string;
  at: number;
  stored: Promise<void>;
}

/** The second of two clicks is taken when the first one is stored: one that was acknowledged is never lost. */
function createDoubleClicks() {
  const pressed = new Map<string, Pressed>();
  return (inbound: InboundEvent, store: () => Promise<void>): Promise<void> => {
    if (inbound.control === undefined) return store();
    const { id, by } = eventIn(inbound);
    const key = `${by.platform} ${by.user} ${inbound.control}`;
    const before = pressed.get(key);
    const now = performance.now();
    if (before && before.id !== id && now - before.at < DOUBLE_CLICK_MS) return before.stored;
    const stored = store();
    pressed.delete(key);
    pressed.set(key, { id, at: now, stored });
    const oldest = pressed.size > REMEMBERED ? pressed.keys().next().value : undefined;
    if (oldest !== undefined) pressed.delete(oldest);
    // Pressed again, it is another try.
    stored.catch(() => pressed.delete(key));
    return stored;
  };
}
