import { toMessage } from '../../src/platforms/slack/render/message.ts';
import type { Delivery, Shown as Seen } from '../fakes/slack/deliver.ts';
import { openSlack } from '../fakes/slack/index.ts';
import { bodyOf, listOf, textOf } from '../fakes/slack/json.ts';
import { eventCallback } from '../fakes/slack/payload.ts';
import { BOT_USER } from '../fakes/slack/seed.ts';
import { stamp } from '../fakes/slack/state.ts';
import { eventually } from '../story/eventually.ts';
import type { Emoji } from './acts.ts';
import { CAST, ROOMS } from './cast.ts';
import type { Mishap, Shown, Stage, Told } from './stage.ts';

const NAMES: Record<Emoji, string> = {
  thumb: '+1',
  'tanned thumb': '+1::skin-tone-4',
  check: 'white_check_mark',
  cross: 'x',
  eyes: 'eyes',
  tada: 'tada',
};

const TROUBLES = {
  busy: { status: 429, retryAfter: 1 },
  refused: { status: 500, after: false },
  'answer lost': { status: 500, after: true },
} as const satisfies Record<Mishap, object>;

/** Slack's double, for bots that use Socket Mode or signed requests. */
export async function slackStage(mode: 'socket' | 'http'): Promise<Stage> {
  const members = [...CAST, 'bot'];
  const slack = await openSlack({
    users: CAST,
    channels: Object.fromEntries(ROOMS.map((room) => [room, { members }])),
  });
  /**
   * Slack itself delivers events again, and nothing else: where a command or a button was not acknowledged within three
   * seconds it shows an error, and the person tries `anew`. That the same command or button comes twice is more than
   * Slack does; whatever is in between may do so.
   * https://docs.slack.dev/apis/events-api#retries,
   * https://docs.slack.dev/interactivity/implementing-slash-commands#responding_with_errors
   */
  function told({ acknowledged, delivery }: Seen, mark: string, anew: () => Promise<Told>): Told {
    const again = async () => told(await slack.repeat(delivery), mark, anew);
    return { mark, acknowledged, again, retried: anew };
  }

  async function board(): Promise<Map<string, Shown>> {
    const shown = new Map<string, Shown>();
    for (const channel of ROOMS.map(slack.channel))
      for (const top of await slack.messages(channel)) {
        const put = ({ ts, user, text, blocks }: typeof top, thread: string | undefined) => {
          if (user === BOT_USER) shown.set(`${channel} ${ts}`, { thread, body: { text, blocks } });
        };
        put(top, undefined);
        if (top.replies > 0)
          for (const reply of await slack.thread(channel, top.ts)) put(reply, top.ts);
      }
    return shown;
  }

  return {
    name: 'slack',
    personsRetry: true,
    environment: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_API_URL: slack.apiUrl,
      SLACK_PORT: '0',
      ...(mode === 'socket'
        ? { SLACK_APP_TOKEN: slack.appToken }
        : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    },
    reachedAt(url) {
      slack.requestUrl = url;
    },
    account: slack.user,
    channel: slack.channel,

    async say({ who, room, line }) {
      const [command = '', ...words] = line.split(' ');
      const type = async (): Promise<Told> => {
        const seen = await slack.slashCommand({
          ...{ command: `/${command}`, text: words.join(' ') },
          ...{ user: slack.user(who), channel: slack.channel(room) },
        });
        return told(seen, textOf(seen.delivery.payload['trigger_id']), type);
      };
      return type();
    },

    press({ who, label, times, channel, message }) {
      const finger = async (): Promise<Told> => {
        const user = slack.user(who);
        const seen = await slack.press({ user, channel, ts: message, button: label });
        const [action] = listOf(seen.delivery.payload['actions']);
        const mark = textOf(bodyOf(action)['action_ts']);
        // Where the button has gone, it was taken in: nobody presses it again.
        const anew = () =>
          finger().catch((error: unknown) => {
            if (!isGone(error)) throw error;
            return { ...told(seen, mark, anew), acknowledged: true };
          });
        return told(seen, mark, anew);
      };
      return Promise.all(Array.from({ length: times }, finger));
    },

    async react({ who, emoji, on, channel, message }) {
      const user = slack.user(who);
      const change = { user, channel, ts: message, emoji: NAMES[emoji], on };
      await slack.react({ ...change, silently: true });
      const payload = eventCallback({
        ...{ type: on ? 'reaction_added' : 'reaction_removed', user, reaction: NAMES[emoji] },
        item: { type: 'message', channel, ts: message },
        ...{ item_user: BOT_USER, event_ts: stamp() },
      });
      const delivery: Delivery = { kind: 'events_api', payload };
      const mark = textOf(payload['event_id']);
      let count = 0;
      const again = async (): Promise<Told> => {
        count += 1;
        const first = count === 1;
        const seen = await (first ? slack.deliverRaw(delivery) : slack.repeat(delivery, count - 1));
        return told(seen, mark, again);
      };
      return { mark, again };
    },

    set mishaps(draw: (() => Mishap | undefined) | undefined) {
      slack.trouble =
        draw &&
        (() => {
          const mishap = draw();
          return mishap && TROUBLES[mishap];
        });
    },

    async cut(n) {
      if (mode === 'http') return false;
      const before = slack.sockets.opened();
      if (n % 3 === 2) slack.sockets.refresh('refresh_requested');
      else slack.sockets.drop('all');
      await eventually('another connection', async () => slack.sockets.opened() > before, {
        every: 20,
      });
      return true;
    },

    listens: () => mode === 'http' || slack.sockets.count() > 0,
    board,
    rendered: (card) => JSON.parse(JSON.stringify(toMessage(card))),
    faults() {
      const sent = [...slack.calls.map(({ body }) => body), ...CAST.flatMap(whispersTo)];
      const rings = sent.map((one) => JSON.stringify(one)).filter((text) => /<[@!#]/.test(text));
      return [...slack.faults, ...rings];
    },
    close: slack.close,
  };

  function whispersTo(who: (typeof CAST)[number]) {
    return slack.ephemerals(slack.user(who));
  }
}

const isGone = (error: unknown) => error instanceof Error && error.message.startsWith('no "');
