import { oneOf, WHOLE } from '../sweep.ts';
import { oneBot, twoBots } from './bots.ts';
import { discordStage } from './discord.ts';
import type { OpenStage } from './run.ts';
import { slackStage } from './slack.ts';
import { stormTest } from './storm-test.ts';

const cuts = WHOLE ? 5 : 1;

const PLATFORMS = [
  { name: 'Slack by Socket Mode', open: () => slackStage('socket'), cuts },
  { name: 'Slack by signed requests', open: () => slackStage('http'), cuts: 0 },
  { name: 'Discord', open: discordStage, cuts },
] satisfies { name: string; open: OpenStage; cuts: number }[];

/** A storm is long: `npm test` plays one of them. */
const STORMS = PLATFORMS.flatMap((one) => [
  { ...one, bots: oneBot, kills: 0 },
  // One of them is killed every few seconds.
  { ...one, name: `${one.name} with two bots`, bots: twoBots, kills: WHOLE ? 20 : 2 },
]);

/** One by its name: `STORM="Discord with two bots" npm test -- test/storm`. */
const asked = STORMS.filter(({ name }) => name === process.env['STORM']);

for (const { name, open, ...size } of asked.length > 0 ? asked : oneOf('storm', STORMS))
  stormTest(name, open, { ...size, acts: WHOLE ? 1000 : 60, isAsked: asked.length > 0 });
