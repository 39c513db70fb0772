import { z } from 'zod';
import type { Spell } from '../../core/platform.ts';
import { isSafeUrl } from '../safe-url.ts';

/** https://docs.discord.com/developers/reference#snowflakes */
export const Snowflake = z.string().regex(/^\d{17,20}$/, 'must be a Discord id, 17 to 20 digits');

const Snowflakes = z
  .string()
  .transform((text) => text.split(',').map((word) => word.trim()))
  .transform((words) => words.filter((word) => word !== ''))
  .pipe(z.array(Snowflake));

/** By environment variable. */
export const VARIABLES = z.object({
  DISCORD_TOKEN: z.string(),
  DISCORD_APPLICATION_ID: Snowflake,
  /** Servers in which commands are registered, where they appear at once; if empty, globally. */
  DISCORD_GUILD_IDS: Snowflakes.default([]),
  DISCORD_API_URL: z
    .url('must be an address')
    .refine(isSafeUrl, 'must begin with https://')
    .default('https://discord.com/api')
    .transform((url) => url.replace(/\/+$/, '')),
  /** Prefix for the name of every command, in a server where another bot uses the names. */
  DISCORD_PREFIX: z
    .string()
    .regex(/^[-_a-z0-9]{1,12}$/, 'must be up to 12 of a-z, 0-9, "-" and "_"')
    .default(''),
});

/** Discord accepts about one message a second in a channel. */
export const PACE_MS = 1000;

/** How people type a command here. */
export const spellOf =
  ({ prefix }: Pick<Settings, 'prefix'>): Spell =>
  (command) =>
    `/${prefix}${command}`;

export interface Settings {
  token: string;
  applicationId: string;
  guildIds: readonly string[];
  api: string;
  prefix: string;
}

export function settingsFrom(read: z.output<typeof VARIABLES>): Settings {
  return {
    token: read.DISCORD_TOKEN,
    applicationId: read.DISCORD_APPLICATION_ID,
    guildIds: read.DISCORD_GUILD_IDS,
    api: read.DISCORD_API_URL,
    prefix: read.DISCORD_PREFIX,
  };
}
