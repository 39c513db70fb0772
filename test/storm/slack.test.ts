import { slackStage } from './slack.ts';
import { stormTest } from './storm-test.ts';

stormTest('Slack by Socket Mode', (commands, log) => slackStage('socket', commands, log), 300);
stormTest('Slack by signed requests', (commands, log) => slackStage('http', commands, log), 300);
