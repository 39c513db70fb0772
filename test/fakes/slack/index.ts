import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { openActs } from './acts.ts';
import { type Delivery, openCourier, type Post } from './deliver.ts';
import type { Body } from './json.ts';
import { answerCalls } from './methods.ts';
import { openModalActs } from './modal-acts.ts';
import { openFront } from './proxy.ts';
import { openReader } from './read.ts';
import { openPasses } from './respond.ts';
import { APP_TOKEN, BOT_TOKEN, BOT_USER, EVERYDAY_SCOPES, type Workspace } from './seed.ts';
import { openSockets } from './socket.ts';
import type { State, Trouble } from './state.ts';
import { openTriggers } from './triggers.ts';
import { openUpstream } from './upstream.ts';
import { openWindows } from './windows.ts';

export interface SlackOptions extends Workspace {
  /** The clock for response URLs, trigger IDs and the `date` header. */
  clock?: Clock;
  signingSecret?: string;
  /** Milliseconds until Slack gives up on an answer over HTTP. Default: 3000, as Slack does. */
  ackWithin?: number;
  /** Milliseconds until an unacknowledged envelope is sent again. Default: 3000. */
  resendAfter?: number;
}

type Plan = (method: string, body: Body) => Trouble | undefined;

export type SlackDouble = Awaited<ReturnType<typeof openSlack>>;

/**
 * A Slack workspace on loopback: an emulator, behind what the emulator lacks. Users and channels are named by ID
 * everywhere; `user` and `channel` give the ID of a seeded name.
 */
export async function openSlack(options: SlackOptions) {
  const { clock = systemClock, signingSecret = 'a-signing-secret' } = options;
  const front = await openFront();
  const upstream = await openUpstream(options, front.url);
  const state: State = {
    upstream,
    clock,
    front: front.url,
    scopes: options.scopes ?? EVERYDAY_SCOPES,
    calls: [],
    faults: [],
    ephemerals: [],
    groups: new Map(
      Object.entries(options.groups ?? {}).map(([handle, users], n) => [
        `S00000000${n}`,
        { handle, users: users.map(upstream.user) },
      ]),
    ),
  };
  const sockets = openSockets(front.server, front.url, {
    resendAfter: options.resendAfter ?? 3000,
  });
  const triggers = openTriggers(state);
  const windows = openWindows(state, triggers);
  const passes = openPasses(state);
  const reader = openReader(state);

  const knobs: { trouble?: Plan | undefined; requestUrl?: string | undefined } = {};
  const deliver = openCourier({
    sockets,
    signingSecret,
    ackWithin: options.ackWithin ?? 3000,
    requestUrl: () => knobs.requestUrl,
  });
  const stage = { state, deliver, triggers, passes, reader };
  front.serve({
    state,
    answer: answerCalls(state, windows, sockets.ticket),
    respond: passes.post,
    trouble: (method, body) => knobs.trouble?.(method, body),
  });
  const acts = openActs(stage);

  return {
    apiUrl: `${front.url}/api/`,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    botUser: BOT_USER,
    signingSecret,
    user: upstream.user,
    channel: upstream.channel,

    /** Every call of the Web API, oldest first. */
    calls: state.calls,
    /** Every violation of Slack's limits and conventions in what the bot sent. */
    faults: state.faults,
    /** What is to go wrong with calls; undefined: nothing. */
    get trouble() {
      return knobs.trouble;
    },
    set trouble(plan: Plan | undefined) {
      knobs.trouble = plan;
    },
    /** The bot's address in HTTP mode; undefined: Socket Mode. */
    get requestUrl() {
      return knobs.requestUrl;
    },
    set requestUrl(url: string | undefined) {
      knobs.requestUrl = url;
    },
    /** When a channel was written to, in milliseconds since the start, refused calls included. */
    writes: (channel: string) =>
      state.calls
        .filter(({ method, body }) => WRITES.includes(method) && body['channel'] === channel)
        .map(({ method, at }) => ({ method, at })),

    ...acts,
    ...openModalActs(stage, windows),
    /** Delivers anything, whether or not Slack would. */
    deliverRaw: (delivery: Delivery, how?: Post) => deliver(delivery, how),
    /** Slack missed the acknowledgement, and delivers once more. */
    repeat: (delivery: Delivery, num = 1) =>
      deliver(delivery, { retry: { num, reason: 'http_timeout' } }),

    messages: reader.messages,
    thread: reader.thread,
    file: reader.file,
    ephemerals: (user: string) => state.ephemerals.filter((one) => one.user === user),
    /** The modals open for a user, topmost last. */
    views: (user: string) => windows.stack(user).map(({ view }) => view),
    home: (user: string) => windows.home(user)?.view,
    setGroup(handle: string, users: readonly string[]) {
      const known = [...state.groups.values()].find((one) => one.handle === handle);
      if (!known) throw new Error(`no user group "${handle}" was seeded`);
      known.users = [...users];
    },

    sockets: {
      count: sockets.count,
      opened: sockets.opened,
      drop: sockets.drop,
      refresh: sockets.refresh,
    },

    async close() {
      await sockets.close();
      await front.close();
      await upstream.close();
    },
  };
}

const WRITES = ['chat.postMessage', 'chat.update'];
