import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { PICTURES, viewsOf, violations } from './axe.ts';
import { cards } from './cards.ts';
import { describePage, SESSION, send, soon } from './harness.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

describePage('web/page accessibility', (open) => {
  it('passes axe-core with every kind of card, wide and narrow, light and dark', async () => {
    // Only because of the slash: Enter after a complete command must send it, however late the list arrives.
    const completions = (text: string) =>
      (text.replace('/', '') === '' ? SESSION.commands : []).map(({ name, summary }) => ({
        text: `${name} `,
        label: `/${name}`,
        hint: summary,
      }));
    const { page, server } = await open({
      completions,
      command: () => ({ card: { title: 'Only approvers can approve', tone: 'warning' } }),
    });
    const sha256 = server.keep(PIXEL);
    const [root] = cards(sha256).map((card) => server.post('flights', card));
    server.say('flights', 'grace', 'Looks good to me');
    server.say('flights', 'linus', 'To me too');
    server.say('fraud', 'grace', 'Anybody here?');
    server.say('flights', 'grace', 'Why?', { thread: root?.id ?? '' });
    await send(page, '/approve');
    await page.getByTestId('private-reply').waitFor();
    server.fail('The registry does not answer.', 503);
    await send(page, 'Is anybody there?');
    await page.getByTestId('not-sent').waitFor();
    server.fail();
    await page.getByTestId('composer').fill('/');
    await page.getByTestId('completion').first().waitFor();

    const found: Record<string, string[]> = {};
    for (const { name, size, colorScheme } of viewsOf('the cards')) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await soon(() => page.locator('html').getAttribute('data-theme')).toBe(colorScheme);
      found[`${name} ${colorScheme}`] = await violations(page);
      await picture(page, `${name}-${colorScheme}`);
      if (PICTURES !== undefined) {
        await page.locator('.scroll-frame').evaluate((node) => node.scrollTo(0, 0));
        await picture(page, `${name}-${colorScheme}-top`);
      }
    }
    await page.getByTestId('composer').fill('');
    await page.getByTestId('thread-link').click();
    await page.getByTestId('thread').getByText('Why?').waitFor();
    found['thread'] = await violations(page);
    await picture(page, 'thread');
    await page.keyboard.press('Escape');
    await page.getByTestId('action-approve').click();
    await page.getByTestId('confirm-ok').waitFor();
    found['dialog'] = await violations(page);
    await picture(page, 'dialog');
    expect(Object.values(found).flat()).toEqual([]);
  });
  it('scrolls a table that is too wide by keyboard', async () => {
    const { page, server } = await open();
    await page.setViewportSize({ width: 700, height: 800 });
    for (const card of cards(server.keep(PIXEL))) server.post('flights', card);
    const [wide, narrow] = [
      'flights v2 is better than v1: table',
      'flights: data drift: table',
    ].map((name) => page.getByRole('figure', { name }));
    await soon(() => wide?.getAttribute('tabindex')).toBe('0');
    expect(await narrow?.getAttribute('tabindex')).toBe(null);
    await wide?.focus();
    await page.keyboard.press('ArrowRight');
    await soon(() => wide?.evaluate((node) => node.scrollLeft)).toBeGreaterThan(0);
  });

  it('cuts off no column on a phone', async () => {
    const { page, server } = await open();
    await page.setViewportSize({ width: 390, height: 844 });
    const all = cards(server.keep(PIXEL));
    for (const card of all) server.post('flights', card);
    const frames = page.locator('.table-frame');
    await soon(() => frames.count()).toBe(all.filter(({ table }) => table).length);
    const cutOff = () =>
      frames.evaluateAll(
        (nodes) => nodes.filter((node) => node.scrollWidth > node.clientWidth).length,
      );
    await soon(cutOff).toBe(0);
    const last = await page.getByRole('cell', { name: '0.2589' }).boundingBox();
    expect((last?.x ?? 390) + (last?.width ?? 0)).toBeLessThanOrEqual(390);
  });
});
