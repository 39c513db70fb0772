import { slackStage } from './slack.ts';
import { stormTest } from './storm-test.ts';

stormTest('Slack by Socket Mode', (commands, log) => slackStage('socket', commands, log), {
  acts: 1000,
  cuts: 5,
});
stormTest('Slack by signed requests', (commands, log) => slackStage('http', commands, log), {
  acts: 300,
  cuts: 0,
});
