import { randomBytes } from 'node:crypto';
import { asJson, type Message } from '../answered.ts';
import { ACT } from '../interactions.ts';
import type { Acknowledgement, Held, Interaction, Modal } from '../kept.ts';
import { FILE_LIMIT } from '../limits.ts';
import type { Choice } from '../shapes.ts';
import type { World } from '../state.ts';
import { type Channel, EVERYTHING, type User } from '../things.ts';

/** A sent event, to be sent again. */
export interface Delivery {
  event: string;
  data: Record<string, unknown>;
}

/** What the acting person sees. */
export interface Seen {
  delivery: Delivery;
  /** The type of the callback; undefined for "The application did not respond". */
  callback: number | undefined;
  /** Visible to that person only. */
  ephemeral: boolean;
  /** The message at the acknowledgement; a deferred answer is still empty. */
  message?: Message;
  modal?: Modal;
  choices?: Choice[];
  /** Wall time until the acknowledgement arrived. */
  milliseconds: number;
  /**
   * The first text of the answer: immediately, or once a deferred answer is written.
   * @throws Error if it never comes
   */
  answer(): Promise<Message>;
}

interface Act {
  type: number;
  user: User;
  channel: Channel;
  data: Record<string, unknown>;
  source?: Held | undefined;
  /** Of the interaction that showed the modal. */
  triggering?: Record<string, unknown>;
}

/** How long a test waits for a deferred answer, in milliseconds of wall time. */
const WORDS = 30_000;

/** Sends the interaction to the bot, and waits for its response. */
export async function deliver(world: World, act: Act): Promise<Seen> {
  const begun = performance.now();
  const id = world.nextId();
  const token = randomBytes(32).toString('base64url');
  const payload = { id, token, ...payloadOf(world, act) };
  const acknowledged = withResolvers<Acknowledgement | undefined>();
  const written = withResolvers<Held>();
  const interaction: Interaction = {
    id,
    token,
    type: act.type,
    user: act.user,
    channel: act.channel,
    at: world.clock.now(),
    payload,
    metadata: metadataOf(world, id, act),
    ...(act.source ? { source: act.source } : {}),
    reach: new Set(act.source ? [act.source.id] : []),
    acknowledge: acknowledged.resolve,
    write: written.resolve,
  };
  world.interactions.set(token, interaction);
  const tooLate = () => {
    // With a stopped clock, nothing would ever be late.
    const hanging = performance.now() - begun > WORDS;
    if (hanging || world.clock.now() - interaction.at > world.ackWithin)
      acknowledged.resolve(undefined);
  };
  const stopWatching = world.clock.watch(tooLate);
  const timer = setInterval(tooLate, 250);
  const delivery = { event: 'INTERACTION_CREATE', data: payload };
  world.dispatch(delivery.event, delivery.data);

  const ack = await acknowledged.promise;
  stopWatching();
  clearInterval(timer);
  return {
    delivery,
    callback: ack?.callback,
    ephemeral: ack?.message?.onlyFor !== undefined,
    ...(ack?.message ? { message: asJson(world, ack.message) } : {}),
    ...(ack?.modal ? { modal: ack.modal } : {}),
    ...(ack?.choices ? { choices: ack.choices } : {}),
    milliseconds: performance.now() - begun,
    answer: async () => asJson(world, await soon(written.promise, interaction)),
  };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function soon(words: Promise<Held>, { type, callback }: Interaction): Promise<Held> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    const what = `an interaction of type ${type}, acknowledged with ${callback ?? 'nothing'},`;
    timer = setTimeout(() => reject(new Error(`${what} never got its answer`)), WORDS);
  });
  try {
    return await Promise.race([words, never]);
  } finally {
    clearTimeout(timer);
  }
}

function payloadOf(world: World, { type, user, channel, data, source }: Act) {
  const guild = world.guildOf(channel);
  const member = guild?.members.get(user.id);
  if (guild !== undefined && member === undefined)
    throw new Error(`${user.username} is no member of ${guild.name}.`);
  return {
    application_id: world.applicationId,
    type,
    version: 1,
    data,
    channel_id: channel.id,
    channel: { ...channel, permissions: EVERYTHING },
    locale: 'en-US',
    app_permissions: EVERYTHING,
    entitlements: [],
    authorizing_integration_owners: guild ? { '0': guild.id } : { '1': user.id },
    context: guild ? 0 : 1,
    attachment_size_limit: FILE_LIMIT,
    ...(guild && member
      ? {
          guild_id: guild.id,
          guild: { id: guild.id, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          member: { ...member, permissions: EVERYTHING },
        }
      : { user }),
    ...(source ? { message: asJson(world, source) } : {}),
  };
}

function metadataOf(world: World, id: string, act: Act): Record<string, unknown> {
  const { type, user, source, channel, triggering } = act;
  const guild = world.guildOf(channel);
  return {
    id,
    type,
    user,
    authorizing_integration_owners: guild ? { '0': guild.id } : { '1': user.id },
    ...(type === ACT.component && source ? { interacted_message_id: source.id } : {}),
    ...(triggering ? { triggering_interaction_metadata: triggering } : {}),
  };
}
