import { Unreachable } from '../errors.ts';
import { eventIn, type Hallway, type Heard, type Platform } from '../platform.ts';
import type { Reception } from '../ports/reception.ts';
import type { Replies } from '../ports/replies.ts';
import type { Log } from './log.ts';

/** Presses of one button by one person so close together are one press with a nervous finger. */
const DOUBLE_CLICK_MS = 3000;
const REMEMBERED = 5000;

interface Parts extends Pick<Hallway, 'invoke' | 'react'> {
  platforms: readonly Platform[];
  replies: Pick<Replies, 'open'>;
  /** Keeps an event until it is answered; a repeat of one that is kept is dropped. */
  keep: (heard: Heard) => Promise<void>;
  log: Log;
}

/** Takes in what doors have no time to wait for, and answers it. */
export function createReception(parts: Parts): Reception & Pick<Hallway, 'take'> {
  const { invoke, react, replies, keep, log } = parts;
  const doors = new Map(parts.platforms.map((platform) => [platform.name, platform]));
  const isDoubleClick = createDoubleClicks();

  async function hear(heard: Heard): Promise<void> {
    const { what, to, thread } = heard;
    const { id, from } = eventIn(heard);
    const reply = 'invocation' in what ? await invoke(what.invocation) : await react(what.reaction);
    if (!reply) return;
    const isForAll = reply.audience === 'channel' && !reply.subject;
    const door = doors.get(from.platform);
    const shown = await door?.answer?.(to, reply).catch((error: unknown) => {
      if (!isForAll) throw error;
      // The out tray brings it for as long as it takes, which is longer than a door can be told to.
      log.info({ err: error, event: id }, 'an answer goes to the channel instead');
      return false;
    });
    if (shown || !isForAll) return;
    const place = thread === undefined ? from : { ...from, thread };
    const { card, outcome, data } = reply;
    await replies.open(`answer:${from.platform}-${id}`, place, { card, outcome, data });
  }

  return {
    hear,
    async take(heard) {
      if (isDoubleClick(heard)) return;
      try {
        await keep(heard);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        const event = eventIn(heard).id;
        log.warn({ err: error, event }, 'an event could not be stored');
        hear(heard).catch((err: unknown) => log.error({ err, event }, 'answering an event broke'));
      }
    },
  };
}

function createDoubleClicks(): (heard: Heard) => boolean {
  const pressed = new Map<string, { id: string; at: number }>();
  return (heard) => {
    if (heard.control === undefined) return false;
    const { id, by } = eventIn(heard);
    const key = `${by.platform} ${by.user} ${heard.control}`;
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
