import { playsStory, STORY_TASKS } from '../sweep.ts';
import { discordTalk } from './adapters/discord.ts';
import { only, tellStory, withAdapters } from './adapters/story.ts';

for (const task of STORY_TASKS)
  withAdapters(
    `the story of ${task}, in Discord`,
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
    (stage, talks) => tellStory(stage, () => only(talks()), task),
    { plays: playsStory('discord', task), task },
  );
