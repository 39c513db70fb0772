import { createServer } from 'node:http';
import { acts } from './acts/index.ts';
import { asJson } from './answered.ts';
import type { Fault } from './errors.ts';
import { Gateway, type GatewayOptions } from './gateway.ts';
import { theJudge } from './judge.ts';
import { answerRoutes } from './rest/answers.ts';
import { houseRoutes } from './rest/container.ts';
import { type Rate, Rates } from './rest/rates.ts';
import { type Requested, type SlackContext, serve, type Troublemaker } from './rest/server.ts';
import { messageRoutes, reactionRoutes, threadRoutes } from './rest/talk.ts';
import { named, type Seed, World } from './state.ts';
import { isThread } from './things.ts';
import { membersOf } from './threads.ts';

export type { Seen } from './acts/deliver.ts';
export { type Message, textOf } from './answered.ts';
export type { Troublemaker } from './rest/server.ts';

export interface DiscordOptions extends Seed, Partial<GatewayOptions> {
  /** Rate-limit buckets by `POST /channels/{channel_id}/messages` and the like; other routes are unlimited. */
  rates?: Readonly<Record<string, Rate>>;
  globalRate?: Rate;
  /** Milliseconds until an interaction without a response has failed. Default: 3000, as Discord has it. */
  ackWithin?: number;
}

export type DiscordDouble = Awaited<ReturnType<typeof openDiscord>>;

/**
 * A Discord on a loopback port for a real discord.js client: `new Client({ rest: { api: double.api, cdn: double.cdn,
 * version: '10' } })`. Requests of the bot and answers of the double are checked against Discord's own OpenAPI
 * document, and against the limits in its prose. End every test with `expect(double.faults).toEqual([])`.
 */
export async function openDiscord(options: DiscordOptions = {}) {
  const world = new World(options);
  if (options.ackWithin !== undefined) world.ackWithin = options.ackWithin;
  const judge = theJudge();
  const rates = new Rates();
  for (const [where, rate] of Object.entries(options.rates ?? {})) rates.routes.set(where, rate);
  rates.global = options.globalRate;

  const server = createServer((request, response) => {
    serve(desk, request, response).catch(() => response.destroy());
  });
  const gateway = new Gateway(world, judge, server, {
    heartbeat: options.heartbeat ?? 41_250,
    privileged: options.privileged ?? 0,
    budget: options.budget ?? { total: 1000, remaining: 1000 },
  });
  const desk: SlackContext = {
    world,
    judge,
    rates,
    routes: [
      ...houseRoutes(world, () => gateway.describe()),
      ...messageRoutes(world),
      ...reactionRoutes(world),
      ...threadRoutes(world),
      ...answerRoutes(world),
    ],
    requests: [],
    trouble: undefined,
  };
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  world.cdn = `http://127.0.0.1:${port}/cdn`;
  gateway.url = `ws://127.0.0.1:${port}`;

  const user = (word: string) => named(world.users.values(), word, (one) => [one.id, one.username]);
  const channel = (word: string) =>
    named(world.channels.values(), word, (one) => [one.id, 'name' in one ? one.name : undefined]);

  const faults: readonly Fault[] = world.faults;
  const requests: readonly Requested[] = desk.requests;

  return {
    api: `http://127.0.0.1:${port}/api`,
    cdn: world.cdn,
    token: world.token,
    applicationId: world.applicationId,
    botId: world.bot.id,
    clock: world.clock,
    /** False: Discord's document is absent, and bodies are not checked. */
    judged: judge.judged,
    /** All violations of Discord's rules, in order. */
    faults,
    /** Every API request in order, refused ones included. */
    requests,
    /** How often bots connected, identified, resumed and sent heartbeats. */
    counts: gateway.counts,
    get trouble(): Troublemaker | undefined {
      return desk.trouble;
    },
    set trouble(trouble: Troublemaker | undefined) {
      desk.trouble = trouble;
    },
    rates,
    ...acts(world),

    /** How often the full set of commands was written. */
    get puts(): number {
      return desk.requests.filter(
        ({ method, route }) => method === 'PUT' && route.endsWith('/commands'),
      ).length;
    },
    /** IDs by name. */
    ids: {
      user: (name: string) => user(name).id,
      channel: (name: string) => channel(name).id,
      guild: (name: string) => named(world.guilds.values(), name, (one) => [one.id, one.name]).id,
      role: (name: string) =>
        named(
          [...world.guilds.values()].flatMap(({ roles }) => [...roles.values()]),
          name,
          (one) => [one.id, one.name],
        ).id,
    },
    /** What everyone sees in a channel or a thread, oldest first. */
    messages: (word: string) => {
      const { id } = channel(word);
      return [...world.messages.values()]
        .filter((one) => one.channel.id === id && one.onlyFor === undefined)
        .map((one) => asJson(world, one));
    },
    thread: (word: string) => {
      const found = channel(word);
      if (!isThread(found)) throw new Error(`${word} is no thread.`);
      return { ...found, members: membersOf(world, found).map(({ user_id }) => user_id) };
    },
    /** Ephemeral messages to this person, oldest first. */
    ephemerals: (word: string) => {
      const { id } = user(word);
      return [...world.messages.values()]
        .filter((one) => one.onlyFor === id)
        .map((one) => asJson(world, one));
    },
    /** The commands registered in a guild; without one, globally. */
    commands: (guild?: string) =>
      world.commands.get(
        guild === undefined
          ? ''
          : named(world.guilds.values(), guild, (one) => [one.id, one.name]).id,
      ) ?? [],
    /** The forms open for this person, not yet submitted. */
    modals: (word: string) =>
      world.modals.filter(({ interaction }) => interaction.user === user(word)),

    /** Whether a bot is connected and identified. */
    get attended(): boolean {
      return gateway.attended;
    },
    /** Closes every connection with `code`; without one, as if the network failed. */
    dropSockets: (code?: number) => gateway.drop(code),
    /** Op 7. */
    askReconnect: () => gateway.reconnect(),
    /** Op 9; unless resumable, the sessions are gone. */
    invalidateSession: ({ resumable }: { resumable: boolean }) => gateway.invalidate(resumable),
    /** A resume is answered with op 9. */
    forgetSessions: () => gateway.forget(),
    /** Whether heartbeats are acknowledged. */
    acknowledgeHeartbeats: (on: boolean) => {
      gateway.acknowledges = on;
    },
    close: async (): Promise<void> => {
      gateway.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
