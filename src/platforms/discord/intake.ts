import { type BaseInteraction, InteractionResponseType, MessageFlags } from 'discord.js';
import { Unreachable } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Dispatch, InboundEvent } from '../../core/platform.ts';
import { refusal } from '../../core/reply.ts';
import type { Acks } from './acks.ts';
import type { Answers } from './answers.ts';

/** Discord waits three seconds, including the time on the network. */
const STORING_MS = 1200;

interface Parts {
  dispatch: Pick<Dispatch, 'take' | 'acknowledged'>;
  acks: Acks;
  answers: Pick<Answers, 'show'>;
  log: Log;
}

type Event = Pick<BaseInteraction, 'id' | 'token'>;

/**
 * Stores an event, then acknowledges it; if storing takes long, in the other order. Thus an event that Discord shows
 * as accepted is stored, or the person is told that it is not.
 */
export function createIntake({ dispatch, acks, answers, log }: Parts) {
  return async (
    { id, token }: Event,
    heard: InboundEvent,
    /** `update` if the answer replaces a message that only the person sees. */
    how: 'defer' | 'update' = 'defer',
  ): Promise<void> => {
    const storing = dispatch.take(heard, 'person').then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const acknowledge = async () => {
      await atMost(STORING_MS, storing);
      return acks.send({ id, token }, HOW[how]);
    };
    const acknowledged = acknowledge();
    acks.expect(token, acknowledged);
    const failed = await storing;
    if (!failed) {
      // Otherwise the person was told that it failed, and may do it again.
      if (await acknowledged) await dispatch.acknowledged(heard);
      return;
    }
    log.error({ err: failed.error, interaction: id }, 'an event was not stored');
    const sorry = new Unreachable('This could not be taken in, so nothing was done.', {
      next: 'Try it again in a moment.',
    });
    if (await acknowledged) await answers.show(token, refusal(sorry).card);
  };
}

const HOW = {
  defer: {
    type: InteractionResponseType.DeferredChannelMessageWithSource,
    data: { flags: MessageFlags.Ephemeral },
  },
  update: { type: InteractionResponseType.DeferredMessageUpdate },
} as const;

async function atMost(ms: number, what: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => {
    timer = setTimeout(done, ms);
  });
  await Promise.race([what, late]);
  clearTimeout(timer);
}
