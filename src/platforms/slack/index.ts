import { definePlatform } from '../kind.ts';
import { laterAdapter } from '../later-adapter.ts';
import { spelledIn, writeManifest } from './manifest.ts';
import { PACE_MS, SETTINGS } from './settings.ts';

export const slack = definePlatform({
  name: 'slack',
  settings: SETTINGS,
  required: [['SLACK_BOT_TOKEN'], ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']],
  install: {
    verb: 'manifest',
    summary: 'What to paste into Slack to install the bot: [--prefix ml-] [--http URL]',
    write: writeManifest,
  },
  create: (settings) => ({
    open: (parts) =>
      laterAdapter(
        {
          name: 'slack',
          paceMs: PACE_MS,
          spell: spelledIn(settings.SLACK_PREFIX),
          // Requests come to whoever Slack, or a balancer, sends them.
          oneConnection: settings.SLACK_APP_TOKEN !== undefined,
        },
        async () => (await import('./adapter.ts')).createSlackAdapter(settings, parts),
      ),
    examine: async (about) => (await import('./examine.ts')).examineSlack(settings, about),
    validate: async (samples) => (await import('./validate.ts')).validateSlack(settings, samples),
  }),
});
