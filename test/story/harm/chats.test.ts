import { playsLong } from '../../sweep.ts';
import { discordTalk } from '../adapters/discord.ts';
import { slackTalk } from '../adapters/slack.ts';
import { only, withAdapters } from '../adapters/story.ts';
import { tellHarm } from './tell.ts';
import { writeHarmWorkspace } from './workspace.ts';

withAdapters(
  'from alarm to all-clear, in Slack',
  async () => {
    const talk = await slackTalk('socket');
    const { double } = talk;
    return {
      talks: [talk],
      accounts: {
        channel: { slack: double.channel('flights') },
        dev: { slack: double.user('dev') },
        lead: { slack: double.user('lead') },
      },
    };
  },
  (stage, talks) => tellHarm(stage, () => only(talks())),
  { plays: playsLong('harm in slack'), write: writeHarmWorkspace },
);

withAdapters(
  'from alarm to all-clear, in Discord',
  async () => {
    const talk = await discordTalk();
    const { ids } = talk.double;
    return {
      talks: [talk],
      accounts: {
        channel: { discord: ids.channel('flights') },
        dev: { discord: ids.user('dev') },
        lead: { discord: ids.user('lead') },
      },
    };
  },
  (stage, talks) => tellHarm(stage, () => only(talks())),
  { plays: playsLong('harm in discord'), write: writeHarmWorkspace },
);
