import { oneOf, WHOLE } from '../sweep.ts';
import { discordStage } from './discord.ts';
import type { OpenStage } from './run.ts';
import { slackStage } from './slack.ts';
import { stormTest } from './storm-test.ts';

const cuts = WHOLE ? 5 : 1;

/** A storm is long: `npm test` plays one of them. */
const STORMS = [
  {
    name: 'Slack by Socket Mode',
    open: (...given) => slackStage('socket', ...given),
    cuts,
  },
  { name: 'Slack by signed requests', open: (...given) => slackStage('http', ...given), cuts: 0 },
  { name: 'Discord', open: discordStage, cuts },
] satisfies { name: string; open: OpenStage; cuts: number }[];

for (const { name, open, cuts } of oneOf('storm', STORMS))
  stormTest(name, open, { acts: WHOLE ? 1000 : 60, cuts });
