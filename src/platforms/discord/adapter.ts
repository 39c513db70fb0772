import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { inWords } from '../../core/errors.ts';
import type { Dispatch, Platform } from '../../core/platform.ts';
import type { AdapterParts } from '../kind.ts';
import { createAcks } from './acks.ts';
import { createAnswers } from './answers.ts';
import { createRest } from './client.ts';
import { createCatalogue, placeInWords, register, registers } from './commands.ts';
import { asFault, isTokenRefused, tokenRefused } from './faults.ts';
import { createGateway } from './gateway.ts';
import { createInteractions } from './interactions.ts';
import { createMentionEvents } from './mentions.ts';
import { createMessages } from './messages.ts';
import { createMembers } from './people.ts';
import { createPlaces } from './places.ts';
import { createQuestions } from './questions.ts';
import { createReactionEvents, createReactionReader, markOn } from './reactions.ts';
import { createReplyReader } from './replies.ts';
import { PACE_MS, type Settings, spellOf } from './settings.ts';

export interface Tuning {
  /** Time between two identifies, for tests that cannot wait for Discord's five seconds. */
  identifyDistanceMs?: number;
}

/** The adapter of Discord: it receives events from the gateway, and sends by the REST API. */
export function createDiscordAdapter(
  settings: Settings,
  { artifacts, commands, log, fatal }: AdapterParts,
  { identifyDistanceMs }: Tuning = {},
): Required<Omit<Platform, 'spell' | 'channelsEnd' | 'oneConnection'>> {
  const rest = createRest(settings);
  const spell = spellOf(settings);
  const placeOf = createPlaces(rest);
  const me = ownId(rest);
  const members = createMembers(rest);
  const catalogue = createCatalogue(commands, settings);
  const questions = createQuestions(spell);
  const messages = createMessages({ rest, placeOf, artifacts, me, log });
  const acks = createAcks(rest, log);
  const { applicationId } = settings;
  const answers = createAnswers({ rest, applicationId, messages, acks, log });
  const reactions = createReactionReader({ rest, placeOf, members, me });
  const replies = createReplyReader({ rest, commands: catalogue, placeOf, members, me });
  const unregistered = new Set(registers(settings));
  let close: (() => Promise<void>) | undefined;

  let ended = false;
  const hopeless = (error: Error) => {
    if (ended) return;
    ended = true;
    if (fatal) fatal(error);
    else log.error({ err: error }, inWords(error));
  };

  /** Discord revoked the token: every request will fail, and only a person can fix it. */
  async function watched<T>(doing: () => Promise<T>): Promise<T> {
    try {
      return await doing();
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (isTokenRefused(error) || isTokenRefused(cause)) hopeless(tokenRefused(cause ?? error));
      throw error;
    }
  }

  async function registerAll(): Promise<void> {
    for (const there of [...unregistered]) {
      try {
        const changed = await register(rest, there, catalogue);
        unregistered.delete(there);
        log.info(
          { changed },
          there.none
            ? 'Discord: no command is registered everywhere, since servers are named'
            : `Discord: the commands are registered ${placeInWords(there)}`,
        );
      } catch (error) {
        if (isTokenRefused(error instanceof Error ? error.cause : error)) throw error;
        const words = inWords(error);
        log.error(
          { err: error },
          there.none
            ? `Discord: it keeps running, and commands of an earlier start may be shown twice. ${words}`
            : `Discord: it keeps running without commands ${placeInWords(there)}. ${words}`,
        );
      }
    }
  }

  function listen(dispatch: Dispatch) {
    const missed = once(() =>
      dispatch
        .missed('discord')
        .catch((err: unknown) => log.warn({ err }, 'reading what was missed')),
    );
    const onReaction = createReactionEvents({ dispatch, members, me, onUnknown: missed, log });
    const onMention = createMentionEvents({ dispatch, commands: catalogue, placeOf, me, log });
    return createGateway({
      settings,
      rest,
      log,
      onInteraction: createInteractions({
        ...{ dispatch, catalogue, acks, answers, questions, spell, log },
      }),
      onPacket: (packet) => {
        onReaction(packet);
        onMention(packet);
      },
      onConnected: () => {
        missed();
        registerAll().catch(hopeless);
      },
      ...(identifyDistanceMs !== undefined && { identifyDistanceMs }),
    });
  }

  return {
    name: 'discord',
    paceMs: PACE_MS,

    async start(dispatch) {
      await registerAll();
      const gateway = listen(dispatch);
      close = gateway.close;
      await gateway.open(hopeless).catch(async (error: unknown) => {
        await gateway.close();
        throw error;
      });
    },

    async stop() {
      const closing = close;
      close = undefined;
      await acks.settled();
      await closing?.();
    },

    post(where, card, options) {
      questions.shown(card);
      return watched(() => messages.post(where, card, options));
    },

    edit(where, message, card) {
      questions.shown(card);
      return watched(() => messages.edit(where, message, card));
    },

    remove: (where, message) => watched(() => messages.remove(where, message)),

    answer(to, reply) {
      questions.shown(reply.card);
      return watched(() => answers.answer(to, reply));
    },

    whoIs: (account, { channel }) =>
      watched(async () => {
        const { guild } = await placeOf(channel);
        // There are no roles in a direct message.
        return guild === undefined ? account : members.now(guild, account.user);
      }),

    direct: ({ user }) =>
      watched(async () => {
        try {
          const opened = await rest.post(Routes.userChannels(), { body: { recipient_id: user } });
          return { platform: 'discord', channel: Me.parse(opened).id };
        } catch (error) {
          throw asFault(error, `Opening a direct message to user ${user}`);
        }
      }),

    mark: (where, message, mark) => watched(() => markOn(rest, where, message, mark)),

    reactions: (where, message) => watched(() => reactions(where, message)),

    replies: (where, message) => watched(() => replies(where, message)),
  };
}

const Me = z.object({ id: z.string() });

/** The bot's user ID, which differs from the application's ID for older applications. Fetched once. */
function ownId(rest: REST): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => {
    known ??= rest.get(Routes.user()).then(
      (answer) => Me.parse(answer).id,
      (error: unknown) => {
        known = undefined;
        throw asFault(error, 'Asking Discord who the bot is');
      },
    );
    return known;
  };
}

/** If it is called while it runs, it runs once more afterwards, however often it was called. */
function once(work: () => Promise<void>): () => void {
  let [running, again] = [false, false];
  const run = async () => {
    running = true;
    do {
      again = false;
      await work();
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
