import { definePlatform } from '../kind.ts';
import { laterDoor } from '../later-door.ts';
import { spelledIn, writeManifest } from './manifest.ts';
import { PACE_MS, SETTINGS } from './settings.ts';

export const slack = definePlatform({
  name: 'slack',
  settings: SETTINGS,
  required: [['SLACK_BOT_TOKEN'], ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']],
  papers: {
    verb: 'manifest',
    summary: 'What to paste into Slack to install the bot: [--prefix ml-] [--http URL]',
    write: writeManifest,
  },
  create: (settings) => ({
    open: (parts) =>
      laterDoor(
        { name: 'slack', paceMs: PACE_MS, spell: spelledIn(settings.SLACK_PREFIX) },
        async () => (await import('./door.ts')).createSlackDoor(settings, parts),
      ),
    examine: async (about) => (await import('./examine.ts')).examineSlack(settings, about),
  }),
});
