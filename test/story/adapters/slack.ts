import { freePort } from '../../../src/embedded/free-port.ts';
import { openSlack, type SlackDouble } from '../../fakes/slack/index.ts';
import { eventually } from '../eventually.ts';
import type { InboundEvent, Talk } from './talk.ts';

const REQUESTER = 'mention: a rich text element of the type user';

type SlackTalk = Talk & { double: SlackDouble };

const EMOJI = { approve: 'white_check_mark', reject: 'x' };

/** Slack as people use it, in Socket Mode or over HTTP. */
export async function slackTalk(mode: 'socket' | 'http'): Promise<SlackTalk> {
  const double = await openSlack({
    // The machine is busy with everything else; benches measure how soon the bot answers.
    ...{ ackWithin: 30_000, resendAfter: 30_000 },
    users: ['dev', 'lead'],
    channels: { flights: { members: ['bot', 'dev', 'lead'] } },
  });
  const channel = double.channel('flights');
  const at = (ts: string) => ({ channel, ts });

  return {
    double,
    name: `Slack, ${mode === 'http' ? 'HTTP' : 'Socket Mode'}`,
    async env() {
      const common = { SLACK_API_URL: double.apiUrl, SLACK_BOT_TOKEN: double.botToken };
      if (mode === 'socket') return { ...common, SLACK_APP_TOKEN: double.appToken };
      const port = await freePort();
      double.requestUrl = `http://127.0.0.1:${port}/slack/events`;
      return { ...common, SLACK_SIGNING_SECRET: double.signingSecret, SLACK_PORT: String(port) };
    },
    async say(who, line) {
      const [command = '', ...rest] = line.split(' ');
      await heard(
        await double.slashCommand({
          ...{ command: `/${command}`, text: rest.join(' ') },
          ...{ user: double.user(who), channel },
        }),
      );
    },
    async fill(who, command, values) {
      const user = double.user(who);
      await heard(await double.slashCommand({ command: `/${command}`, text: '', user, channel }));
      await eventually('the modal is open', async () => double.views(user).length > 0);
      await heard(await double.submitView(user, values));
    },
    async press(who, { name }, label) {
      await heard(await double.press({ user: double.user(who), ...at(name), button: label }));
    },
    async react(who, { name }, { emoji, on = true, silently = false }) {
      const user = double.user(who);
      await double.react({ user, ...at(name), emoji: EMOJI[emoji], on, silently });
    },
    async messages() {
      const seen = await double.messages(channel);
      return seen.map(
        ({ ts, text, words, buttons, blocks }): InboundEvent => ({
          name: ts,
          text: `${text}\n${words}`,
          buttons,
          pictures: blocks.filter((block) => block['type'] === 'image').length,
        }),
      );
    },
    async thread({ name }) {
      return (await double.thread(channel, name)).map(({ text }) => text);
    },
    async ephemerals(who) {
      return double.ephemerals(double.user(who)).map((one) => JSON.stringify(one));
    },
    // Only the card's own mention is such an element, e.g. of the requester. Text never is.
    faults: () => double.faults.filter((fault) => !fault.endsWith(REQUESTER)),
    close: () => double.close(),
  };
}

async function heard({ acknowledged }: { acknowledged: boolean }): Promise<void> {
  if (!acknowledged) throw new Error('Slack got no acknowledgement in time');
}
