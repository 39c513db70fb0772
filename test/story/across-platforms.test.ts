import { expect, it } from 'vitest';
import { playsStory, STORY_TASKS } from '../sweep.ts';
import { discordTalk } from './adapters/discord.ts';
import { slackTalk } from './adapters/slack.ts';
import { withAdapters } from './adapters/story.ts';

/*
 * One story across adapters: requested in Slack, approved in Discord, rolled back from the terminal; every copy of each
 * message ends in its final state.
 */
for (const task of STORY_TASKS)
  withAdapters(
    `the story of ${task}, across adapters`,
    async () => {
      const [slack, discord] = await Promise.all([slackTalk('socket'), discordTalk()]);
      const { ids } = discord.double;
      return {
        talks: [slack, discord],
        accounts: {
          channel: { slack: slack.double.channel('flights'), discord: ids.channel('flights') },
          dev: { slack: slack.double.user('dev'), discord: ids.user('dev') },
          lead: { slack: slack.double.user('lead'), discord: ids.user('lead') },
        },
      };
    },
    (stage, talks) => {
      const both = () => {
        const [slack, discord] = talks();
        if (!slack || !discord) throw new Error('the adapters are not open');
        return { slack, discord };
      };
      /** The message with this content at either adapter. */
      const everywhere = async (what: string | RegExp) => {
        const { slack, discord } = both();
        const { sees } = stage();
        return { inSlack: await sees(slack, what), inDiscord: await sees(discord, what) };
      };

      it('shows at every adapter what was asked at one', async () => {
        await both().slack.say('dev', 'train flights');
        await everywhere('flights v1 is trained');
        await both().discord.say('dev', 'train flights');
        await everywhere('flights v2 is trained');
      });

      it('keeps editing both messages of a run after the bot was killed during it', async () => {
        await both().slack.say('dev', 'train flights');
        const before = await everywhere(/^(?!.*is trained).*run-\w+/s);
        await stage().restartBot();
        const { slack, discord } = both();
        await stage().edited(slack, before.inSlack, 'flights v3 is trained');
        await stage().edited(discord, before.inDiscord, 'flights v3 is trained');
      });

      it('lets nobody approve their own request from another platform', async () => {
        const { slack, discord } = both();
        await slack.say('dev', 'promote flights 1');
        const { inDiscord } = await everywhere('Approve flights v1 for production?');
        await discord.react('dev', inDiscord, { emoji: 'approve' });
        await stage().look('the word to dev', async () =>
          (await discord.ephemerals('dev')).some((text) => /requires the approver role/.test(text)),
        );
      });

      it('is approved in Discord, and every adapter says by whom', async () => {
        const { slack, discord } = both();
        const { inSlack, inDiscord } = await everywhere('Approve flights v1 for production?');
        await discord.react('lead', inDiscord, { emoji: 'approve' });
        for (const [talk, message] of [
          [slack, inSlack],
          [discord, inDiscord],
        ] as const) {
          const live = await stage().edited(talk, message, 'flights v1 is live in production');
          expect(live.text).toContain('lead ✓ approves (discord)');
          await stage().look(`${talk.name} has the word in its thread`, async () =>
            (await talk.thread(message)).some((text) => text.includes('Lena Lindqvist approved')),
          );
        }
      });

      it('is asked in Discord, approved in Slack by button, and rolled back from the terminal', async () => {
        const { slack, discord } = both();
        await discord.say('dev', 'promote flights 2');
        const { inSlack } = await everywhere('Approve flights v2 for production?');
        await slack.press('lead', inSlack, 'Approve');
        await everywhere('flights v2 is live in production');
        const { code } = await stage().demo.cli(['rollback', 'flights', '--wait']);
        expect(code).toBe(0);
        await everywhere('flights v2 was live in production');
      });

      it('leaves every copy of every message in its final state', async () => {
        const { slack, discord } = both();
        for (const talk of [slack, discord]) {
          await stage().look(`nothing is half way in ${talk.name}`, async () =>
            (await talk.messages()).every(
              ({ text }) => !/queued|running|checking the gates|switching|vote\?/.test(text),
            ),
          );
          expect(talk.faults()).toEqual([]);
        }
      });
    },
    { plays: playsStory('across', task), task },
  );
