import { toMessage } from '../../src/platforms/discord/render/message.ts';
import { openDiscord, type Seen } from '../fakes/discord/index.ts';
import { eventually } from '../story/eventually.ts';
import type { Emoji } from './acts.ts';
import { type Actor, CAST, ROOMS } from './cast.ts';
import type { Mishap, Shown, Stage, Told } from './stage.ts';

const CHARACTERS: Record<Emoji, string> = {
  thumb: '👍',
  'tanned thumb': '👍🏽',
  check: '✅',
  cross: '❌',
  eyes: '👀',
  tada: '🎉',
};

const TROUBLES = {
  busy: { status: 429, retryAfter: 0.05 },
  refused: { status: 500, after: false },
  'answer lost': { status: 500, after: true },
} as const satisfies Record<Mishap, object>;

/** Discord's double. */
export async function discordStage(): Promise<Stage> {
  const discord = await openDiscord({
    guilds: [
      {
        name: 'lab',
        members: CAST.map((name) => ({ name })),
        channels: ROOMS.map((name) => ({ name })),
      },
    ],
  });
  // Whoever is asked to may resume on the connection that stands.
  const comings = () => discord.counts.identifies + discord.counts.resumes;
  const connected = () =>
    eventually('a connection', async () => discord.attended, { within: 60_000, every: 10 });

  function told({ delivery, callback }: Pick<Seen, 'delivery' | 'callback'>): Told {
    const again = async () => {
      await connected();
      await discord.repeat(delivery);
      return told({ delivery, callback: undefined });
    };
    const acknowledged = callback !== undefined;
    return { mark: String(delivery.data['id']), acknowledged, again, retried: again };
  }

  /** What deserves a second thought is asked for first; whoever gets no question presses again. */
  async function question(act: { user: string; message: string; label: string }) {
    for (;;) {
      await connected();
      const asked = await discord.press(act);
      if (asked.message) return asked.message.id;
    }
  }

  const asks = (label: string) => label === 'Approve' || label === 'Reject';

  return {
    name: 'discord',
    personsRetry: false,
    environment: {
      DISCORD_TOKEN: discord.token,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_GUILD_IDS: discord.ids.guild('lab'),
      DISCORD_API_URL: discord.api,
    },
    reachedAt() {},
    account: (who: Actor) => discord.ids.user(who),
    channel: (room) => discord.ids.channel(room),

    async say({ who, room, line }) {
      await connected();
      const options = { line };
      return told(
        await discord.slashCommand({ user: who, channel: room, name: 'wheelhouse', options }),
      );
    },

    async press({ who, label, times, message }) {
      const on = asks(label) ? await question({ user: who, message, label }) : message;
      await connected();
      const finger = async () => told(await discord.press({ user: who, message: on, label }));
      return Promise.all(Array.from({ length: times }, finger));
    },

    async react({ who, emoji, on, message }) {
      const change = { user: who, message, emoji: CHARACTERS[emoji], on };
      const event = await discord.react({ ...change, silently: true });
      if (!event) throw new Error(`${who} has done ${emoji} on ${message} before`);
      return {
        mark: '',
        again: async () => told({ delivery: event, callback: undefined }).again(),
      };
    },

    set mishaps(draw: (() => Mishap | undefined) | undefined) {
      discord.trouble =
        draw &&
        (() => {
          const mishap = draw();
          return mishap && TROUBLES[mishap];
        });
    },

    async cut(n) {
      const before = comings();
      const ways = [
        () => discord.invalidateSession({ resumable: false }),
        () => discord.dropSockets(),
        () => discord.askReconnect(),
        () => discord.invalidateSession({ resumable: true }),
        () => {
          discord.forgetSessions();
          discord.dropSockets();
        },
      ];
      ways[n % ways.length]?.();
      const back = async () => comings() > before && discord.attended;
      await eventually('another connection', back, { within: 60_000, every: 10 });
      return true;
    },

    listens: () => discord.attended,

    async board() {
      const shown = new Map<string, Shown>();
      for (const room of ROOMS) {
        const channel = discord.ids.channel(room);
        for (const message of discord.messages(channel)) {
          shown.set(`${channel} ${message.id}`, { thread: undefined, body: message });
          if (!('thread' in message)) continue;
          for (const reply of discord.messages(message.id))
            shown.set(`${channel} ${message.id}/${reply.id}`, { thread: message.id, body: reply });
        }
      }
      return shown;
    },

    rendered(card) {
      const { components } = toMessage(card);
      return JSON.parse(JSON.stringify({ components }));
    },

    // Mentions are among them.
    faults: () => discord.faults,
    close: discord.close,
  };
}
