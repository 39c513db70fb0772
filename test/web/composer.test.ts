import { expect, it } from 'vitest';
import { describePage, SESSION, send, soon } from './harness.ts';

const completions = (text: string) =>
  SESSION.commands
    .filter(({ name }) => name.startsWith(text.replace(/^\//, '').trim()))
    .map(({ name, summary }) => ({ text: `${name} `, label: `/${name}`, hint: summary }));

describePage('web/page composer', (open) => {
  it('sends words on Enter, keeps lines on Shift+Enter', async () => {
    const { page, server } = await open();
    await page.getByTestId('composer').fill('first');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second');
    await page.keyboard.press('Enter');

    await page.getByTestId('message').getByText('first\nsecond').waitFor();
    expect(server.heard).toMatchObject([
      { as: 'ada', channel: 'flights', text: 'first\nsecond', id: expect.any(String) },
    ]);
    await soon(() => page.getByTestId('composer').inputValue()).toBe('');
    // The placeholder shown while it was pending is gone.
    await soon(() => page.getByTestId('stand-in').count()).toBe(0);
    expect(await page.getByTestId('message').count()).toBe(1);
  });

  it('completes a slash command by keyboard alone', async () => {
    const { page, server } = await open({ completions, command: () => null });
    await page.getByTestId('composer').focus();
    await page.keyboard.type('/');
    await soon(() => page.getByTestId('completion').count()).toBe(3);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await soon(() => page.getByTestId('composer').inputValue()).toBe('/train ');

    // Immediately: suggestions for the earlier letters must not interfere.
    await page.keyboard.type('flights');
    await page.keyboard.press('Enter');
    await soon(() => server.heard).toMatchObject([{ text: '/train flights' }]);
  });

  it('sends a finished word although longer ones would be offered, and Tab still takes one', async () => {
    const offered = ['train', 'train --since '].map((text) => ({ text, label: text, hint: '' }));
    const { page, server } = await open({ completions: () => offered });
    await page.getByTestId('composer').fill('/train');
    await page.getByTestId('completion').first().waitFor();
    await page.keyboard.press('Enter');
    await soon(() => server.heard).toMatchObject([{ text: '/train' }]);

    await page.getByTestId('composer').fill('/tra');
    await page.getByTestId('completion').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await soon(() => page.getByTestId('composer').inputValue()).toBe('/train --since ');
  });

  it('closes the list on Escape and takes a choice by mouse', async () => {
    const { page } = await open({ completions });
    await page.getByTestId('composer').fill('/st');
    await page.getByTestId('completion').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('completion').waitFor({ state: 'detached' });
    await soon(() => page.getByTestId('composer').inputValue()).toBe('/st');

    await page.getByTestId('composer').fill('/s');
    await page.getByTestId('completion').click();
    await soon(() => page.getByTestId('composer').inputValue()).toBe('/status ');
  });

  it('recalls sent messages, an earlier one with every Arrow up', async () => {
    const { page } = await open();
    await send(page, 'one');
    await send(page, 'two');
    const composer = page.getByTestId('composer');
    await page.keyboard.press('ArrowUp');
    await soon(() => composer.inputValue()).toBe('two');
    await page.keyboard.press('ArrowUp');
    await soon(() => composer.inputValue()).toBe('one');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await soon(() => composer.inputValue()).toBe('');
  });

  it('keeps what could not be sent and sends it once, however often it is tried', async () => {
    const { page, server } = await open();
    server.fail('The registry does not answer.', 503);
    await send(page, 'Is anybody there?');
    const failed = page.getByTestId('not-sent');
    await failed.getByText('The registry does not answer.').waitFor();
    expect(await failed.textContent()).toContain('Is anybody there?');

    server.fail();
    await failed.getByTestId('retry').click();
    await page.getByTestId('message').getByText('Is anybody there?').waitFor();
    await failed.waitFor({ state: 'detached' });
    expect(server.heard).toHaveLength(1);
  });

  it('uses the same id again, so that an answer lost on its way repeats nothing', async () => {
    let runs = 0;
    const command = () => {
      runs += 1;
      return null;
    };
    const { page, server } = await open({ command });
    let lost = false;
    await page.route('**/api/say', async (route) => {
      if (lost) return route.continue();
      lost = true;
      await route.fetch();
      return route.abort();
    });
    await send(page, '/train flights');
    await page.getByTestId('not-sent').getByText('/train flights').waitFor();
    await page.getByTestId('retry').click();
    // The page shows a spinner as soon as Retry is pressed: only the server knows when the request has arrived.
    await soon(() => server.heard).toHaveLength(2);
    const [first, second] = server.heard;
    expect(second?.id).toBe(first?.id);
    expect(runs).toBe(1);
    await page.getByText('/train flights', { exact: true }).waitFor({ state: 'detached' });
  });

  it('does not call lost what is in the channel already', async () => {
    const { page } = await open();
    await page.route('**/api/say', async (route) => {
      await route.fetch();
      // Answers only once the post is visible.
      await page.getByTestId('message').getByText('Arrived').waitFor();
      await route.abort();
    });
    const answered = page.waitForEvent('requestfailed');
    await send(page, 'Arrived');
    await answered;
    await page.unroute('**/api/say');
    await send(page, 'Next');
    await page.getByTestId('message').getByText('Next').waitFor();
    expect(await page.getByTestId('not-sent').count()).toBe(0);
  });

  it('says what to type in an empty channel, and types it', async () => {
    const { page } = await open({ completions });
    await page.getByRole('button', { name: '/train' }).click();
    await soon(() => page.getByTestId('composer').inputValue()).toBe('/train ');
  });
});
