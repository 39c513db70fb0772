import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ModelBoard } from '../../src/core/board.ts';
import { PICTURES, viewsOf, violations } from './axe.ts';
import { fullBoard } from './boards.ts';
import { describePage, soon } from './harness.ts';

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

const STAGING = fullBoard({
  ...{
    environment: 'staging',
    live: null,
    charts: [],
    heatMaps: [],
    ranking: null,
    alerts: [],
    approvals: [],
  },
  ...{ runs: [], deployments: [], monitors: [], previous: null, newestPrediction: null },
});

describePage('web/page board', (open) => {
  const openBoard = async (boards = [fullBoard(), STAGING]) => {
    let current = boards;
    const world = await open({ boards: () => current });
    await world.page.getByTestId('model-flights').click();
    await world.page.getByTestId('board').getByText('Needs attention').waitFor();
    return {
      ...world,
      change(next: ModelBoard[]) {
        current = next;
      },
    };
  };

  it('plays boards that the server can send', () => {
    for (const board of [fullBoard(), STAGING])
      expect(ModelBoard.safeParse(board).error?.message).toBeUndefined();
  });

  it('shows what is live, what waits, and how the model does', async () => {
    const { page } = await openBoard();
    const board = page.getByTestId('board');
    expect(await board.locator('.tile').first().textContent()).toBe('Livev2yesterday by ada');
    expect(await board.getByTestId('board-alert').textContent()).toContain('predicts worse');
    expect(await board.getByTestId('board-approval').textContent()).toContain('1 of 2 votes');
    for (const chart of ['auc', 'logLoss', 'latency', 'psi'])
      expect(await board.getByTestId(`chart-${chart}`).count()).toBe(1);
    expect(await board.locator('.deployment-mark text').first().textContent()).toBe('v2 live');
    expect(await board.locator('.tile:has-text("Rolled back")').textContent()).toBe(
      'Rolled back25%1 of 4',
    );
    expect(await board.locator('.tile:has-text("Time to approve")').textContent()).toBe(
      'Time to approve–no cases',
    );
    expect(await page.title()).toContain('flights');
    expect(await page.getByTestId('model-flights').textContent()).toContain(
      '1 open alert, 1 open request',
    );
  });

  it('tells the values of a window to the pointer and to the keys', async () => {
    const { page } = await openBoard();
    const plot = page.getByTestId('chart-auc').getByRole('slider');
    await plot.focus();
    await page.keyboard.press('Home');
    expect(await plot.getAttribute('aria-valuetext')).toMatch(
      /^1 Feb 2001 to 7 Feb 2001: measured 0\.7\d*, v1; estimated 0\.7\d*, v1$/,
    );
    for (let n = 0; n < 13; n += 1) await page.keyboard.press('ArrowRight');
    expect(await plot.getAttribute('aria-valuetext')).toMatch(/^3 May 2001 .*, v2/);
    await soon(() => plot.locator('.tip').textContent()).toContain('3 May 2001');
    await plot.hover({ position: { x: 60, y: 60 } });
    await soon(() => plot.locator('.tip').textContent()).toContain('Feb 2001');

    const map = page.getByTestId('chart-psi').getByRole('slider');
    await map.focus();
    expect(await map.getAttribute('aria-valuetext')).toMatch(
      /^(distance|recent_lateness), 31 May 2001 to 6 Jun 2001: PSI 0\.[12]/,
    );
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    expect(await map.locator('.tip').count()).toBe(1);
  });

  it('sorts runs by every column, what has no value last', async () => {
    const { page } = await openBoard();
    const cells = (column: number) => page.getByTestId('run').locator(`:nth-child(${column})`);
    const metrics = async () => (await cells(4).allTextContents()).filter((text) => text !== '');
    await page.getByTestId('sort-metric').focus();
    await page.keyboard.press('Enter');
    const falling = await metrics();
    expect(falling).toEqual(falling.toSorted().reverse());
    await page.keyboard.press('Enter');
    const rising = await metrics();
    expect(rising).toEqual(rising.toSorted());
    expect(rising).not.toContain('–');
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    await page.getByText('Show all 14 runs').click();
    expect((await metrics()).slice(-3)).toEqual(['–', '–', '–']);
  });

  it('leads from a request to its message', async () => {
    const { page, server } = await openBoard();
    for (let n = 0; n < 70; n += 1)
      server.say('flights', 'grace', `message ${n}`, n === 3 ? { id: 'post-approval' } : {});
    await page.getByTestId('board-approval').getByRole('link').click();
    const message = page.locator('[data-post="post-approval"]');
    await message.waitFor();
    await soon(() => page.evaluate('document.activeElement?.dataset.post')).toBe('post-approval');
    expect(await message.textContent()).toContain('message 3');
    expect(new URL(page.url()).hash).toBe('#flights');
  });

  it('closes the thread that was open beside the channel', async () => {
    const { page, server } = await open({ boards: () => [fullBoard()] });
    const root = server.say('flights', 'grace', 'Why?');
    server.say('flights', 'linus', 'Look at the board', { thread: root.id });
    await page.getByTestId('thread-link').click();
    await page.getByTestId('thread').waitFor();
    await page.getByTestId('model-flights').click();
    await page.getByTestId('chart-auc').waitFor();
    expect(await page.getByTestId('thread').count()).toBe(0);
  });

  it('says that a message is gone', async () => {
    const { page } = await openBoard();
    await page.getByTestId('board-approval').getByRole('link').click();
    await soon(() => page.locator('[aria-live="polite"]').last().textContent()).toContain(
      'not in this channel',
    );
  });

  it('follows changes, and goes back to the channel', async () => {
    const { page, server, change } = await openBoard();
    change([fullBoard({ approvals: [], alerts: [] }), STAGING]);
    server.post('flights', { title: 'Approved', tone: 'success' });
    await soon(() => page.getByText('Needs attention').count()).toBe(0);
    // What is not visible is unread.
    await soon(() => page.getByTestId('channel-flights').getAttribute('data-unread')).toBe('true');
    await page.goBack();
    await page.getByTestId('card-title').getByText('Approved').waitFor();
    await soon(() => page.getByTestId('channel-flights').getAttribute('data-unread')).toBe('false');
    await page.goForward();
    await page.getByTestId('board').waitFor();
    await page.reload();
    await page.getByTestId('chart-auc').waitFor();
  });

  it('shows another environment, and a model of which nothing is known', async () => {
    const { page } = await openBoard();
    await page.getByRole('link', { name: 'staging' }).click();
    await page.getByText('no version was promoted yet').waitFor();
    expect(await page.locator('.chart').count()).toBe(0);
  });

  it('says why it could not be loaded', async () => {
    const { page, server } = await openBoard();
    server.fail('The registry does not answer.', 503);
    await page.getByRole('link', { name: 'staging' }).click();
    await page.getByRole('alert').getByText('The registry does not answer.').waitFor();
    server.fail();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('no version was promoted yet').waitFor();
  });

  it('shows hostile names as text', async () => {
    const nasty = '<img src=x onerror=alert(1)>';
    const hostile = fullBoard({
      heatMaps: fullBoard().heatMaps.map((map) => ({
        ...map,
        rows: map.rows.map((row, at) => (at === 0 ? { ...row, name: nasty } : row)),
      })),
      deployments: fullBoard().deployments.map((one) => ({ ...one, reason: nasty })),
    });
    const { page } = await openBoard([hostile]);
    await page.getByText(nasty).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });

  it('passes axe-core and cuts nothing off, wide and narrow, light and dark', async () => {
    // On a phone its tab, with its alert badge, is off the screen.
    const other = { ...fullBoard(), model: 'another-model-with-a-long-name' };
    const views = viewsOf('the board');
    const { page } = await openBoard([fullBoard(), STAGING, other]);
    const found: Record<string, unknown> = {};
    for (const { name, size, colorScheme } of views) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await soon(() => page.locator('html').getAttribute('data-theme')).toBe(colorScheme);
      const scroll = page.locator('.board-scroll');
      const wider = await scroll.evaluate((node) => node.scrollWidth - node.clientWidth);
      const html = page.locator('html');
      const beyond = await html.evaluate((node) => node.scrollWidth - node.clientWidth);
      found[`board-${name}-${colorScheme}`] = [...(await violations(page)), wider, beyond];
      for (const [part, top] of [
        ['', 0],
        ['-middle', 760],
        ['-end', 99_999],
      ] as const) {
        await scroll.evaluate((node, y) => node.scrollTo(0, y), top);
        await picture(page, `board-${name}-${colorScheme}${part}`);
      }
    }
    expect(Object.values(found)).toEqual(views.map(() => [0, 0]));
  });
});
