import { GatewayIntentBits, type REST, RESTEvents, Routes } from 'discord.js';
import { z } from 'zod';
import { inWords } from '../../core/errors.ts';
import type { CommandShape } from '../../core/shape.ts';
import type { CheckResult } from '../kind.ts';
import { pauseBefore, readSessionLimit } from './budget.ts';
import { createRest, INTENTS } from './client.ts';
import { createCatalogue, isRegistered, placeInWords, registers } from './commands.ts';
import { asFault } from './faults.ts';
import { lacking, permissionsIn } from './permissions.ts';
import type { Settings } from './settings.ts';

/** Discord's IDs contain a time, and our deadlines depend on the clock. */
const SKEW_MS = 30_000;

const Bits = z.string().transform(BigInt);
const Named = z.object({ id: z.string(), name: z.string() });
const User = z.object({ id: z.string(), username: z.string() });
const Guild = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.object({ id: z.string(), permissions: Bits })),
});
const Member = z.object({ roles: z.array(z.string()) });
const Channel = z.object({
  name: z.string().nullish(),
  guild_id: z.string(),
  permission_overwrites: z.array(z.object({ id: z.string(), allow: Bits, deny: Bits })).nullish(),
});

interface About {
  channels: readonly string[];
  commands: readonly CommandShape[];
}

/** Checks everything in turn, from the token to each channel. Changes nothing, never throws. */
export async function examine(
  settings: Settings,
  { channels, commands }: About,
  now: () => number = Date.now,
): Promise<CheckResult[]> {
  const rest = createRest(settings);
  const skew = watchClock(rest, now);
  const token = await look('DISCORD_TOKEN', async () => {
    const { username } = User.parse(await rest.get(Routes.user()));
    return `the token is ${username}'s`;
  });
  // Without it, all other checks would fail for the same reason.
  if (!token.ok) return [token];
  const catalogue = createCatalogue(commands, settings);
  const findings = [
    token,
    await look('DISCORD_APPLICATION_ID', () => application(rest, settings)),
    await look('logins left today', () => budget(rest)),
    intents(),
  ];
  for (const guild of settings.guildIds)
    findings.push(await look(`server ${guild}`, async () => inGuild(rest, guild)));
  for (const there of registers(settings))
    findings.push(
      await look(`commands ${placeInWords(there)}`, async () => {
        const asWanted = await isRegistered(rest, there, catalogue);
        if (there.none && asWanted) return 'none, since servers are named';
        if (asWanted) return 'registered as they are here';
        if (there.none)
          return { missing: 'left by an earlier start', next: 'Starting the bot removes them.' };
        return { missing: 'not registered as they are here', next: 'Starting the bot does it.' };
      }),
    );
  for (const channel of channels)
    findings.push(await look(`channel ${channel}`, () => inChannel(rest, channel)));
  return [...findings, skew()];
}

type Seen = string | { missing: string; next: string };

async function look(what: string, see: () => Promise<Seen>): Promise<CheckResult> {
  try {
    const seen = await see();
    if (typeof seen === 'string') return { what: `${what}: ${seen}`, ok: true };
    return { what: `${what}: ${seen.missing}`, ok: false, next: seen.next };
  } catch (error) {
    const fault = asFault(error, `asking about ${what}`);
    return { what, ok: false, next: inWords(fault) };
  }
}

async function application(rest: REST, { applicationId }: Settings): Promise<Seen> {
  const { id, name } = Named.parse(await rest.get(Routes.currentApplication()));
  if (id === applicationId) return `it is ${name}, whose token this is`;
  return {
    missing: `${applicationId} is not the application of this token, ${name}`,
    next: `Set DISCORD_APPLICATION_ID to ${id}.`,
  };
}

async function budget(rest: REST): Promise<Seen> {
  const limit = await readSessionLimit(rest);
  const words = `${limit.remaining} of ${limit.total}`;
  const wait = pauseBefore(limit);
  if (wait === 0) return words;
  return {
    missing: words,
    next: `The bot would wait ${Math.ceil(wait / 60_000)} min before it logs in. Look at what restarts it so often.`,
  };
}

/** Intents that Discord must grant to an application; a connection that asks for one without it is refused. */
const PRIVILEGED: readonly GatewayIntentBits[] = [
  GatewayIntentBits.GuildMembers,
  GatewayIntentBits.GuildPresences,
  GatewayIntentBits.MessageContent,
];

function intents(): CheckResult {
  const names = INTENTS.map((intent) => GatewayIntentBits[intent]).join(', ');
  const ok = !INTENTS.some((intent) => PRIVILEGED.includes(intent));
  return { what: `intents: ${names}, ${ok ? 'none' : 'one'} of them privileged`, ok };
}

async function inGuild(rest: REST, guild: string): Promise<Seen> {
  const { name } = Named.parse(await rest.get(Routes.guild(guild)));
  const { id } = User.parse(await rest.get(Routes.user()));
  await rest.get(Routes.guildMember(guild, id));
  return `the bot is a member of ${name}`;
}

async function inChannel(rest: REST, id: string): Promise<Seen> {
  const { name, guild_id, permission_overwrites } = Channel.parse(
    await rest.get(Routes.channel(id)),
  );
  const guild = Guild.parse(await rest.get(Routes.guild(guild_id)));
  const user = User.parse(await rest.get(Routes.user())).id;
  const { roles } = Member.parse(await rest.get(Routes.guildMember(guild_id, user)));
  const missing = lacking(permissionsIn(guild, { user, roles }, permission_overwrites ?? []));
  const where = `${name ?? id} in ${guild.name}`;
  if (missing.length === 0) return `the bot may do all that it needs in ${where}`;
  return {
    missing: `the bot lacks ${missing.join(', ')} in ${where}`,
    next: `Give it these under the channel's permissions, or invite it anew: npx wheelhouse invite discord`,
  };
}

/** How far our clock differs from Discord's, by the latest response. */
function watchClock(rest: REST, now: () => number): () => CheckResult {
  let away: number | undefined;
  rest.on(RESTEvents.Response, (_request, { headers }) => {
    const theirs = Date.parse(headers.get('date') ?? '');
    if (!Number.isNaN(theirs)) away = now() - theirs;
  });
  return () => {
    if (away === undefined || Math.abs(away) <= SKEW_MS)
      return { what: "this machine's clock: it agrees with Discord's", ok: true };
    const seconds = Math.round(Math.abs(away) / 1000);
    return {
      what: `this machine's clock: it is ${seconds} s ${away > 0 ? 'ahead of' : 'behind'} Discord's`,
      ok: false,
      next: 'Let the machine keep its time by NTP.',
    };
  };
}
