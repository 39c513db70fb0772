import { oneOf, playsStoryIn } from '../sweep.ts';
import { slackTalk } from './adapters/slack.ts';
import { only, tellStory, withAdapters } from './adapters/story.ts';

for (const mode of oneOf('way of the story in Slack', ['socket', 'http'] as const))
  withAdapters(
    `the story, in Slack by ${mode}`,
    async () => {
      const talk = await slackTalk(mode);
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
    (stage, talks) => tellStory(stage, () => only(talks())),
    playsStoryIn('slack'),
  );
