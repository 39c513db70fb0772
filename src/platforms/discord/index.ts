import { definePlatform, type PlatformKind } from '../kind.ts';
import { createDiscordDoor } from './door.ts';
import { examine } from './examine.ts';
import { invite } from './invite.ts';
import { settingsFrom, VARIABLES } from './settings.ts';

export const discord: PlatformKind = definePlatform({
  name: 'discord',
  settings: VARIABLES,
  required: [['DISCORD_TOKEN'], ['DISCORD_APPLICATION_ID']],
  papers: invite,
  create(read) {
    const settings = settingsFrom(read);
    return {
      open: (parts) => createDiscordDoor(settings, parts),
      examine: (about) => examine(settings, about),
    };
  },
});
