import { expect, it } from 'vitest';
import type { Card } from '../../src/core/card.ts';
import { describePage, send, soon, styleOf } from './harness.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describePage('web/page messages', (open) => {
  it('shows everything a card says', async () => {
    const { page, server } = await open();
    const sha256 = server.keep(PIXEL);
    const { id } = server.post('flights', {
      title: 'Trained <b>flights</b> v8',
      tone: 'success',
      text: 'Two lines\nof text',
      facts: [{ label: 'AUC', value: '0.712' }],
      table: {
        columns: ['Feature', 'PSI'],
        rows: [
          ['hour', '0.021'],
          ['origin', '−1.5%'],
        ],
      },
      pictures: [{ sha256, alt: 'A dot', width: 40, height: 30 }],
      footer: 'run-1',
    });
    const message = page.locator(`[data-testid="message"][data-post="${id}"]`);
    expect(await message.getByTestId('card-title').textContent()).toBe('Trained <b>flights</b> v8');
    expect(await message.getAttribute('data-tone')).toBe('success');
    await message.getByRole('img', { name: 'Success' }).waitFor();
    await message.getByText('0.712').waitFor();
    expect(await styleOf(message.getByText('hour'), 'text-align')).toBe('left');
    expect(await styleOf(message.getByText('−1.5%'), 'text-align')).toBe('right');

    await message.getByTestId('picture').click();
    const dialog = page.getByTestId('picture-dialog');
    await dialog.getByText('A dot').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('edits a progress card in place', async () => {
    const { page, server } = await open();
    const card = (share: number): Card => ({
      title: 'Training flights',
      tone: 'progress',
      progress: { share, words: `${share * 100} of 100 trees` },
    });
    const { id } = server.post('flights', card(0.2));
    const bar = page.getByTestId('progress');
    await soon(() => bar.getAttribute('aria-valuenow')).toBe('20');
    server.edit(id, card(0.6));
    await soon(() => bar.getAttribute('aria-valuenow')).toBe('60');
    expect(await bar.getAttribute('aria-valuetext')).toBe('60 of 100 trees');

    server.edit(id, { title: 'Trained flights', tone: 'success' });
    await page.getByTestId('card-title').getByText('Trained flights').waitFor();
    expect(await bar.count()).toBe(0);
    expect(await page.getByTestId('message').count()).toBe(1);
  });

  it('asks for confirmation before a button that requires it, and acts as the current identity', async () => {
    const { page, server } = await open({
      press: ({ as }) => ({ card: { title: `Only approvers may, ${as}`, tone: 'warning' } }),
    });
    const { id } = server.post('flights', {
      title: 'Live: flights v8',
      tone: 'note',
      actions: [
        {
          label: 'Roll back',
          command: 'rollback',
          argument: 'flights',
          style: 'danger',
          confirm: 'Really?',
        },
      ],
    });
    await page.getByTestId('action-rollback').click();
    await page.getByText('Really?').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Really?').waitFor({ state: 'hidden' });
    expect(server.heard).toEqual([]);

    await page.getByTestId('action-rollback').click();
    await page.getByTestId('confirm-ok').click();
    const reply = page.getByTestId('private-reply');
    await reply.getByText('Only approvers may, ada').waitFor();
    expect(server.heard).toMatchObject([
      { as: 'ada', post: id, command: 'rollback', argument: 'flights' },
    ]);
    // Only Ada may see it; Grace is someone else.
    await page.getByTestId('identity-grace').click();
    await reply.waitFor({ state: 'detached' });
    await page.getByTestId('identity-ada').click();
    await reply.getByRole('button', { name: 'Dismiss this private reply' }).click();
    await reply.waitFor({ state: 'detached' });
  });

  it('offers the reactions a card asks for, and shows who answered to everybody', async () => {
    const { page, server, another } = await open();
    const { id } = server.post('flights', {
      title: 'Promote flights v8?',
      tone: 'note',
      reactions: [
        { emoji: 'white_check_mark', meaning: 'approve' },
        { emoji: 'x', meaning: 'reject' },
      ],
    });
    const grace = await another('grace');
    await grace.getByTestId('reaction-white_check_mark').click();
    const chip = page.getByTestId('reaction-white_check_mark');
    await soon(() => chip.textContent()).toBe('approve1');
    expect(await chip.getAttribute('title')).toContain('Grace Hopper');
    expect(await chip.getAttribute('aria-pressed')).toBe('false');

    await chip.click();
    await soon(() => server.get(id).reactions).toEqual({ white_check_mark: ['grace', 'ada'] });
    await soon(() => chip.getAttribute('aria-pressed')).toBe('true');
    await chip.click();
    await soon(() => chip.textContent()).toBe('approve1');
    expect(await page.getByTestId('reaction-x').textContent()).toBe('reject');
  });

  it('adds a reaction that the card does not suggest', async () => {
    const { page, server } = await open();
    const { id } = server.say('flights', 'grace', 'Good news');
    await page.getByTestId('message').hover();
    await page.getByTestId('add-reaction').click();
    await page.getByTestId('pick-tada').click();
    await page.getByTestId('reaction-tada').waitFor();
    expect(server.get(id).reactions).toEqual({ tada: ['ada'] });
  });

  it('opens a thread, keeps it current and closes it on Escape', async () => {
    const { page, server } = await open();
    const root = server.post('flights', { title: 'Trained flights v8', tone: 'success' });
    server.post('flights', { title: 'Read 400,000 rows', tone: 'note' }, { thread: root.id });
    await page.getByTestId('thread-link').getByText('1 reply').waitFor();
    expect(await page.getByTestId('message').getByText('Read 400,000 rows').count()).toBe(0);

    await page.getByTestId('thread-link').click();
    const thread = page.getByTestId('thread');
    await thread.getByText('Read 400,000 rows').waitFor();
    server.say('flights', 'grace', 'Nice', { thread: root.id });
    await thread.getByText('Nice').waitFor();
    await thread.getByText('2 replies').waitFor();
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'detached' });
  });

  it('stays at the end only while one is there, and says what one has missed', async () => {
    const { page, server } = await open();
    for (let index = 0; index < 60; index += 1) server.say('flights', 'grace', `Line ${index}`);
    await page.getByText('Line 59', { exact: true }).waitFor();
    const frame = page.locator('.scroll-frame');
    const fromEnd = () =>
      frame.evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight);
    await soon(fromEnd).toBeLessThan(2);

    await frame.evaluate((node) => node.scrollTo(0, 400));
    await soon(fromEnd).toBeGreaterThan(100);
    server.say('flights', 'grace', 'Latest');
    const pill = page.getByTestId('new-messages');
    await pill.getByText('1 new message').waitFor();
    expect(await frame.evaluate((node) => node.scrollTop)).toBe(400);

    await pill.click();
    await soon(fromEnd).toBeLessThan(2);
    await pill.waitFor({ state: 'detached' });
    await frame.evaluate((node) => node.scrollTo(0, 0));
    await send(page, 'Mine');
    await soon(fromEnd).toBeLessThan(2);
  });

  it('loads earlier messages without moving what one reads', async () => {
    const { page, server } = await open();
    for (let index = 0; index < 70; index += 1) server.say('fraud', 'grace', `Line ${index}`);
    await page.getByTestId('channel-fraud').click();
    await page.getByText('Line 69', { exact: true }).waitFor();
    expect(await page.getByText('Line 19', { exact: true }).count()).toBe(0);
    await page.locator('.scroll-frame').evaluate((node) => node.scrollTo(0, 0));
    await page.getByRole('button', { name: 'Show earlier messages' }).click();
    await page.getByText('Line 0', { exact: true }).waitFor({ state: 'attached' });
    // What was at the top, and not what came before it, is still in view.
    const top = await page.getByText('Line 20', { exact: true }).boundingBox();
    expect(top?.y).toBeGreaterThan(0);
    expect(top?.y).toBeLessThan(720);
  });
});
