import { oneOf, playsStory, STORY_TASKS } from '../sweep.ts';
import { slackTalk } from './adapters/slack.ts';
import { only, tellStory, withAdapters } from './adapters/story.ts';

const EACH = STORY_TASKS.flatMap((task) =>
  oneOf('mode of the story in Slack', ['socket', 'http'] as const).map((mode) => ({ task, mode })),
);

for (const { task, mode } of EACH)
  withAdapters(
    `the story of ${task}, in Slack by ${mode}`,
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
    (stage, talks) => tellStory(stage, () => only(talks()), task),
    { plays: playsStory('slack', task), task },
  );
