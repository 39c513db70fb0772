import { definePlatform, type PlatformKind } from '../kind.ts';
import { laterAdapter } from '../later-adapter.ts';
import { PACE_MS, settingsFrom, spellOf, VARIABLES } from './settings.ts';

export const discord: PlatformKind = definePlatform({
  name: 'discord',
  settings: VARIABLES,
  required: [['DISCORD_TOKEN'], ['DISCORD_APPLICATION_ID']],
  install: {
    verb: 'invite',
    summary: 'the address that invites the bot to a Discord server',
    write: async (_commands, environment, words) =>
      (await import('./invite.ts')).inviteAddress(environment, words),
  },
  create(read) {
    const settings = settingsFrom(read);
    return {
      open: (parts) =>
        laterAdapter(
          {
            ...{ name: 'discord', paceMs: PACE_MS, oneConnection: true },
            spell: spellOf(settings),
          },
          async () => (await import('./adapter.ts')).createDiscordAdapter(settings, parts),
        ),
      examine: async (about) => (await import('./examine.ts')).examine(settings, about),
    };
  },
});
