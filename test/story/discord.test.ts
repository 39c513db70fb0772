import { discordTalk } from './doors/discord.ts';
import { only, tellStory, withDoors } from './doors/story.ts';

withDoors(
  'the story, in Discord',
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
  (stage, talks) => tellStory(stage, () => only(talks())),
);
