import { PermissionFlagsBits } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { examine } from '../../../src/platforms/discord/examine.ts';
import { discord } from '../../../src/platforms/discord/index.ts';
import { inviteAddress } from '../../../src/platforms/discord/invite.ts';
import { lacking, permissionsIn } from '../../../src/platforms/discord/permissions.ts';
import { platforms } from '../../../src/platforms/index.ts';
import { type DiscordDouble, type DiscordOptions, openDiscord } from '../../fakes/discord/index.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { HOUSE, makeAdapter, SHAPES, settingsFor } from './harness.ts';

describe('looking at the adapter of Discord', () => {
  let double: DiscordDouble;
  afterEach(async () => {
    await double.close();
    expect(double.faults).toEqual([]);
  });

  async function look(
    { environment = {}, now }: { environment?: Record<string, string>; now?: () => number } = {},
    channels = [double.ids.channel('ml')],
  ) {
    const settings = settingsFor(double, environment);
    const about = { channels, commands: SHAPES };
    const findings = await examine(settings, about, now);
    expect(JSON.stringify(findings)).not.toContain(double.token);
    return findings;
  }
  const wrong = async (...args: Parameters<typeof look>) =>
    (await look(...args)).filter(({ ok }) => !ok);
  const open = async (more: DiscordOptions = {}) => {
    double = await openDiscord({ ...HOUSE, ...more });
  };

  it('finds nothing wrong with one that has been open', async () => {
    await open();
    const environment = { DISCORD_GUILD_IDS: double.ids.guild('lab') };
    const { platform } = makeAdapter(double, { environment });
    await platform.start(scriptedDispatch({}));
    await platform.stop();
    expect(await wrong({ environment })).toEqual([]);
    expect(double.puts).toBe(1);
  });

  it('finds commands that are not registered, and changes nothing', async () => {
    await open();
    expect(await wrong()).toMatchObject([{ what: expect.stringContaining('commands everywhere') }]);
    expect(double.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('reports leftover global commands if servers are configured', async () => {
    await open();
    const everywhere = makeAdapter(double);
    await everywhere.platform.start(scriptedDispatch({}));
    await everywhere.platform.stop();
    const environment = { DISCORD_GUILD_IDS: double.ids.guild('lab') };
    expect(await wrong({ environment })).toContainEqual({
      what: 'commands everywhere: left by an earlier start',
      ok: false,
      next: 'Starting the bot removes them.',
    });
    const named = makeAdapter(double, { environment });
    await named.platform.start(scriptedDispatch({}));
    await named.platform.stop();
    expect(named.said('no command is registered everywhere')).toHaveLength(1);
    const what = 'commands everywhere: none, since servers are named';
    expect(await look({ environment })).toContainEqual({ what, ok: true });
  });

  it('stops at a token that Discord does not know', async () => {
    await open();
    expect(await look({ environment: { DISCORD_TOKEN: 'wrong' } })).toEqual([
      { what: 'DISCORD_TOKEN', ok: false, next: expect.stringContaining('Reset the token') },
    ]);
  });

  it('detects the application of another bot', async () => {
    await open();
    const environment = { DISCORD_APPLICATION_ID: '123456789012345678' };
    expect(await wrong({ environment })).toContainEqual({
      what: expect.stringContaining('is not the application of this token'),
      ok: false,
      next: `Set DISCORD_APPLICATION_ID to ${double.applicationId}.`,
    });
  });

  it('finds servers and channels that are not there', async () => {
    await open();
    const environment = { DISCORD_GUILD_IDS: '123456789012345678' };
    const findings = await wrong({ environment }, ['876543210987654321']);
    expect(findings).toMatchObject([
      { what: 'server 123456789012345678', next: expect.stringContaining('invite the bot') },
      { what: 'commands in server 123456789012345678' },
      { what: 'channel 876543210987654321', next: expect.stringContaining('Correct its id') },
    ]);
  });

  it('finds that few logins are left', async () => {
    await open({ budget: { total: 1000, remaining: 60 } });
    expect(await wrong()).toContainEqual({
      what: 'logins left today: 60 of 1000',
      ok: false,
      next: expect.stringContaining('Look at what restarts it'),
    });
  });

  it('finds a clock that is wrong', async () => {
    await open();
    expect(await wrong({ now: () => Date.now() + 120_000 })).toContainEqual({
      what: expect.stringMatching(/clock: it is 1[12]\d s ahead/),
      ok: false,
      next: expect.stringContaining('NTP'),
    });
  });

  it('never throws, whatever Discord answers', async () => {
    await open();
    double.trouble = () => ({ status: 503 });
    const next = expect.stringContaining('asking about DISCORD_TOKEN');
    expect(await look()).toMatchObject([{ what: 'DISCORD_TOKEN', ok: false, next }]);
  });
});

describe('permissions on Discord', () => {
  const { ViewChannel, SendMessages, Administrator } = PermissionFlagsBits;
  const EVERYTHING = ((1n << 51n) - 1n) & ~Administrator;
  const guild = (everybody: bigint, role = 0n) => ({
    id: 'guild',
    roles: [
      { id: 'guild', permissions: everybody },
      { id: 'bots', permissions: role },
    ],
  });
  const bot = { user: 'bot', roles: ['bots'] };

  it('are those of everybody and of the own roles together', () => {
    expect(permissionsIn(guild(ViewChannel, SendMessages), bot, [])).toBe(
      ViewChannel | SendMessages,
    );
  });

  it('are taken and given by the channel: first to everybody, then to roles, then to the bot', () => {
    const hidden = { id: 'guild', allow: 0n, deny: ViewChannel | SendMessages };
    const roles = { id: 'bots', allow: ViewChannel | SendMessages, deny: 0n };
    const muted = { id: 'bot', allow: 0n, deny: SendMessages };
    const named = (overwrites: Parameters<typeof permissionsIn>[2]) =>
      lacking(permissionsIn(guild(EVERYTHING), bot, overwrites));
    expect(named([])).toEqual([]);
    expect(named([hidden])).toEqual(['View Channels', 'Send Messages']);
    expect(named([roles, hidden])).toEqual([]);
    expect(named([muted, roles, hidden])).toEqual(['Send Messages']);
  });

  it('do not bind an administrator', () => {
    const hidden = { id: 'guild', allow: 0n, deny: ViewChannel };
    expect(lacking(permissionsIn(guild(0n, Administrator), bot, [hidden]))).toEqual([]);
  });
});

describe('the kind', () => {
  const IDS = { DISCORD_TOKEN: 'x', DISCORD_APPLICATION_ID: '123456789012345678' };

  it('is one of the platforms', () => {
    expect(platforms).toContain(discord);
  });

  it('invites with the least that it needs', () => {
    const url = new URL(inviteAddress(IDS, []));
    expect(`${url.origin}${url.pathname}`).toBe('https://discord.com/oauth2/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: IDS.DISCORD_APPLICATION_ID,
      scope: 'bot applications.commands',
      // View Channels, Send Messages, … in Threads, Create Public Threads, Attach Files, Add Reactions, Read Message History
      permissions: String(
        (1n << 10n) |
          (1n << 11n) |
          (1n << 38n) |
          (1n << 35n) |
          (1n << 15n) |
          (1n << 6n) |
          (1n << 16n),
      ),
    });
  });

  it('says what is missing for an invitation', () => {
    expect(() => inviteAddress({}, [])).toThrow('DISCORD_APPLICATION_ID is not set');
    expect(() => inviteAddress({ DISCORD_APPLICATION_ID: 'wheelhouse' }, [])).toThrow(
      'is not a Discord id',
    );
    expect(() => inviteAddress(IDS, ['--all'])).toThrow('takes no "--all"');
  });

  it('stays shut without settings, and refuses half of them or wrong ones by name', () => {
    expect(discord.read({})).toBeUndefined();
    expect(discord.read({ DISCORD_PREFIX: 'ml-' })).toBeUndefined();
    expect(() => discord.read({ DISCORD_TOKEN: 's3cret' })).toThrow(
      'DISCORD_APPLICATION_ID is missing',
    );
    const wrong = { ...IDS, DISCORD_GUILD_IDS: '12, lab', DISCORD_PREFIX: 'ML ' };
    expect(() => discord.read(wrong)).toThrow(/DISCORD_GUILD_IDS.*DISCORD_PREFIX/s);
    expect(discord.read({ ...IDS, DISCORD_GUILD_IDS: '123456789012345678,' })?.name).toBe(
      'discord',
    );
  });
});
