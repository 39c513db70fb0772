import { afterEach, expect, it } from 'vitest';
import { answer, ephemeral } from '../../src/core/reply.ts';
import { scriptedDispatch } from '../fakes/dispatch.ts';
import { memoryChatLog } from '../fakes/memory-chat-log.ts';
import { makeAdapters, TOKEN } from '../platforms/terminal/open-adapters.ts';
import { describePage, send, soon } from './harness.ts';

/** The other suites replace the server; this one checks the page with the real adapter. */
describePage('web/page and the real adapter', (_open, { visit, folder }) => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  it('says, completes, presses, reacts and is answered', async () => {
    const dispatch = scriptedDispatch({
      invoke: ({ command }) =>
        command === 'train'
          ? answer({
              title: 'Trained flights v1',
              tone: 'success',
              actions: [{ label: 'Promote', command: 'promote', argument: 'flights 1' }],
              reactions: [{ emoji: 'white_check_mark', meaning: 'approve' }],
            })
          : ephemeral({ title: 'Only approvers promote', tone: 'warning' }),
      complete: (text) =>
        'train'.startsWith(text)
          ? [{ text: 'train ', label: '/train', hint: 'Train a model' }]
          : [],
    });
    const adapters = makeAdapters(memoryChatLog(), { pageDir: folder() });
    await adapters.start(dispatch);
    stops.push(() => adapters.stop());
    const page = await visit(`${adapters.url()}/?token=${TOKEN}`, 'ada');

    await send(page, 'Hello');
    await page.getByTestId('message').getByText('Hello').waitFor();

    await page.keyboard.type('/tr');
    await page.getByTestId('completion').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('flights');
    await page.keyboard.press('Enter');
    await page.getByTestId('card-title').getByText('Trained flights v1').waitFor();
    await page.getByTestId('message').getByText('/train flights').waitFor();

    await page.getByTestId('reaction-white_check_mark').click();
    await soon(() => page.getByTestId('reaction-white_check_mark').textContent()).toBe('approve1');
    expect(dispatch.reactions).toMatchObject([{ emoji: 'white_check_mark', on: true }]);

    await page.getByTestId('action-promote').click();
    await page.getByTestId('private-reply').getByText('Only approvers promote').waitFor();
    await soon(() => page.getByTestId('not-sent').count()).toBe(0);
  });
});
