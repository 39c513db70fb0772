import { definePlatform } from '../kind.ts';
import { createSlackDoor } from './door.ts';
import { examineSlack } from './examine.ts';
import { writeManifest } from './manifest.ts';
import { SETTINGS } from './settings.ts';

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
    open: (parts) => createSlackDoor(settings, parts),
    examine: (about) => examineSlack(settings, about),
  }),
});
