import { commands } from '../../../commands/index.ts';
import { shapeOf } from '../../../src/core/shape.ts';
import {
  type DiscordDouble,
  type Message,
  openDiscord,
  textOf,
} from '../../fakes/discord/index.ts';
import { eventually } from '../eventually.ts';
import type { InboundEvent, Talk } from './talk.ts';

type DiscordTalk = Talk & { double: DiscordDouble };

const EMOJI = { approve: '✅', reject: '❌' };
const GUILD = 'Flights';
const CHANNEL = 'flights';

/** Discord as people use it. */
export async function discordTalk(): Promise<DiscordTalk> {
  const double = await openDiscord({
    // The machine is busy with everything else; benches measure how soon the bot answers.
    ackWithin: 30_000,
    guilds: [
      { name: GUILD, members: [{ name: 'dev' }, { name: 'lead' }], channels: [{ name: CHANNEL }] },
    ],
  });
  const seen = (message: Message): InboundEvent => {
    const parts = everything(message.components);
    return {
      name: message.id,
      text: textOf(message),
      buttons: parts.flatMap(({ type, label }) => (type === BUTTON && label ? [label] : [])),
      pictures: parts.filter(({ type }) => type === GALLERY).length,
    };
  };
  const isPrivate = ({ method, path }: DiscordDouble['requests'][number]) =>
    method === 'POST' &&
    /\/channels\/\d+\/messages$/.test(path) &&
    !path.includes(double.ids.channel(CHANNEL));
  const command = (user: string, name: string, options: Record<string, string | boolean>) =>
    double.slashCommand({ user, channel: CHANNEL, guild: GUILD, name, options });

  return {
    double,
    name: 'Discord',
    async env() {
      return {
        DISCORD_API_URL: double.api,
        DISCORD_TOKEN: double.token,
        DISCORD_APPLICATION_ID: double.applicationId,
        DISCORD_GUILD_IDS: double.ids.guild(GUILD),
      };
    },
    async say(who, line) {
      const [name = '', ...words] = line.split(' ');
      answered((await command(who, name, optionsOf(name, words))).callback);
    },
    async fill(who, name, values) {
      answered((await command(who, name, {})).callback);
      const modal = await eventually('the form is open', async () => double.modals(who)[0]);
      answered((await double.submitModal({ user: who, modal, values })).callback);
    },
    async press(who, { name }, label) {
      const asked = await double.press({ user: who, message: name, label });
      answered(asked.callback);
      // A risky action asks for confirmation, visible to that person only.
      const sure = asked.message && seen(asked.message).buttons.includes(label);
      if (sure && asked.message)
        answered((await double.press({ user: who, message: asked.message.id, label })).callback);
    },
    async react(who, { name }, { emoji, on = true, silently = false }) {
      await double.react({ user: who, message: name, emoji: EMOJI[emoji], on, silently });
    },
    messages: async () => double.messages(CHANNEL).map(seen),
    async thread({ name }) {
      const message = double.messages(CHANNEL).find(({ id }) => id === name);
      return message?.thread ? double.messages(message.thread.id).map(textOf) : [];
    },
    // A reaction cannot get an ephemeral answer, so it comes as a direct message.
    ephemerals: async (who) => [
      ...double.ephemerals(who).map(textOf),
      ...double.requests.filter(isPrivate).map(({ body }) => JSON.stringify(body)),
    ],
    faults: () => double.faults,
    close: () => double.close(),
  };
}

const BUTTON = 2;
const GALLERY = 12;

type Part = NonNullable<Message['components']>[number];

function everything(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => [part, ...everything(part.components ?? [])]);
}

/** Words as a person would enter them in the command's options. */
function optionsOf(name: string, words: readonly string[]): Record<string, string | boolean> {
  const shape = commands.map(shapeOf).find((one) => one.name === name);
  const plain = shape?.options ?? [];
  const options: Record<string, string | boolean> = {};
  let position = 0;
  for (const word of words) {
    const option = plain[position];
    if (!option) throw new Error(`"${word}" is one word too many for /${name}`);
    options[option.name] = word;
    position += 1;
  }
  return options;
}

function answered(callback: number | undefined): void {
  if (callback === undefined) throw new Error('Discord got no acknowledgement in time');
}
