import { WHOLE } from '../sweep.ts';
import { slackStage } from './slack.ts';
import { stormTest } from './storm-test.ts';

stormTest('Slack by Socket Mode', (commands, log) => slackStage('socket', commands, log), {
  acts: WHOLE ? 1000 : 300,
  cuts: WHOLE ? 5 : 2,
});
stormTest('Slack by signed requests', (commands, log) => slackStage('http', commands, log), {
  acts: 300,
  cuts: 0,
});
