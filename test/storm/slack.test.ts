import { oneOf, WHOLE } from '../sweep.ts';
import { slackStage } from './slack.ts';
import { stormTest } from './storm-test.ts';

const WAYS = [
  { name: 'Slack by Socket Mode', way: 'socket', cuts: WHOLE ? 5 : 1 },
  { name: 'Slack by signed requests', way: 'http', cuts: 0 },
] as const;

for (const { name, way, cuts } of oneOf(WAYS))
  stormTest(name, (commands, log) => slackStage(way, commands, log), {
    acts: WHOLE ? 1000 : 120,
    cuts,
  });
