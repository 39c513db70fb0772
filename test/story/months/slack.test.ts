import { expect, it } from 'vitest';
import { playsLong } from '../../sweep.ts';
import { slackTalk } from '../adapters/slack.ts';
import { only, withAdapters } from '../adapters/story.ts';
import { answering } from '../adapters/workspace.ts';
import { deliver, writeMonthsWorkspace } from './workspace.ts';

let folder = '';

withAdapters(
  'data month by month, in Slack',
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
  (stage, talks) => {
    const talk = () => only(talks());

    it('has a first version live, which people trained', async () => {
      const { sees, edited, look, demo } = stage();
      await talk().say('dev', 'train flights');
      await sees(talk(), 'flights v1 is trained');
      await talk().say('dev', 'promote flights 1');
      const asked = await sees(talk(), 'Approve flights v1 for production?');
      await talk().react('lead', asked, { emoji: 'approve' });
      await edited(talk(), asked, 'flights v1 is live in production');
      await look('v1 answers', async () => /"1"|:1\b/.test(await answering(demo.inferenceUrl)));
    });

    it('trains, compares and proposes when a month comes, and nobody says a word', async () => {
      const { sees } = stage();
      await deliver(folder, '2001-02');
      const pipeline = await sees(talk(), 'The pipeline of flights');
      expect(pipeline.text).toMatch(/Started by.*\n?.*new rows since v1/);
      await sees(talk(), 'Approve flights v2 for production?');
      await sees(talk(), /The pipeline of flights waits: approval-\w+ needs 1 approval/);
    });

    it('rolls it out when a person approves by a reaction', async () => {
      const { sees, edited, look, demo } = stage();
      const asked = await sees(talk(), 'Approve flights v2 for production?');
      await talk().react('lead', asked, { emoji: 'approve' });
      await edited(talk(), asked, 'flights v2 is live in production');
      await sees(talk(), 'The pipeline of flights is done: v2 is live in production');
      await look('v2 answers', async () => /"2"|:2\b/.test(await answering(demo.inferenceUrl)));
    });

    it('puts a corrupted month in quarantine, and trains on nothing of it', async () => {
      const { sees, demo } = stage();
      await deliver(folder, '2001-03', { corrupt: true });
      await sees(talk(), 'New data of flights is in quarantine: arrivals/2001-03.parquet');
      const { json } = await demo.cli(['pipeline', 'flights']);
      expect(json).toMatchObject({ pipeline: { made: { version: 2 }, end: { kind: 'done' } } });
    });

    it('proposes nothing after a rollback, until somebody resumes it', async () => {
      const { sees, look, demo } = stage();
      await talk().say('dev', 'rollback flights');
      await look('v1 answers again', async () =>
        /"1"|:1\b/.test(await answering(demo.inferenceUrl)),
      );
      await deliver(folder, '2001-04');
      await sees(
        talk(),
        /A training of flights waits: automation of flights in production is on hold/,
      );
      expect((await demo.cli(['models', 'flights'])).stdout).not.toContain('v3');
      expect(talk().faults()).toEqual([]);
    });
  },
  {
    plays: playsLong('months in slack'),
    async write(made, accounts) {
      folder = made;
      await writeMonthsWorkspace(made, accounts);
    },
  },
);
