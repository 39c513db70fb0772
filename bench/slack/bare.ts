import { App } from '@slack/bolt';
import { z } from 'zod';

const Given = z.object({ SLACK_API_URL: z.url(), SECRET: z.string(), TOKEN: z.string() });

/** A program: the minimal Bolt app that acknowledges slash commands. It stores nothing. */
async function main(words: string[]): Promise<void> {
  const given = Given.parse(JSON.parse(words[0] ?? ''));
  const app = new App({
    token: given.TOKEN,
    signingSecret: given.SECRET,
    clientOptions: { slackApiUrl: given.SLACK_API_URL },
    deferInitialization: true,
  });
  app.command('/approvals', async ({ ack }) => {
    await ack();
  });
  await app.init();
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
  // The parent has ended, or asks it to end.
  process.once('disconnect', () => process.exit());
}

await main(process.argv.slice(2));
