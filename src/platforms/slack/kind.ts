import type { Platform } from '../../core/platform.ts';
import { definePlatform } from '../kind.ts';
import type { SlackDoor } from './door.ts';
import { spelledIn, writeManifest } from './manifest.ts';
import { PACE_MS, SETTINGS, type SlackSettings } from './settings.ts';

export const slack = definePlatform({
  name: 'slack',
  settings: SETTINGS,
  required: [['SLACK_BOT_TOKEN'], ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']],
  papers: {
    verb: 'manifest',
    summary: 'What to paste into Slack to install the bot: [--prefix ml-] [--http URL]',
    write: writeManifest,
  },
  // Slack's libraries take half a second and 35 MB of every process that names this door; so they are
  // loaded by the one that opens it.
  create: (settings) => ({
    open: (parts) =>
      whenUsed(settings, async () => (await import('./door.ts')).createSlackDoor(settings, parts)),
    examine: async (about) => (await import('./examine.ts')).examineSlack(settings, about),
  }),
});

function whenUsed({ SLACK_PREFIX }: SlackSettings, load: () => Promise<SlackDoor>): Platform {
  let loading: Promise<SlackDoor> | undefined;
  const door = () => {
    loading ??= load();
    return loading;
  };
  return {
    name: 'slack',
    paceMs: PACE_MS,
    spell: spelledIn(SLACK_PREFIX),
    start: async (hallway) => (await door()).start(hallway),
    stop: async () => (await loading)?.stop(),
    post: async (...post) => (await door()).post(...post),
    edit: async (...edit) => (await door()).edit(...edit),
    answer: async (...answer) => (await door()).answer(...answer),
    reactions: async (...where) => (await door()).reactions(...where),
  };
}
