import { expect, it } from 'vitest';
import { describePage, send, soon, styleOf } from './harness.ts';

describePage('web/page live', (open) => {
  it('reconnects by itself and loads what it missed', async () => {
    const { page, server } = await open();
    server.say('flights', 'grace', 'Before');
    await page.getByTestId('message').getByText('Before').waitFor();
    const root = server.post('flights', { title: 'Run 1', tone: 'progress' });
    server.say('flights', 'grace', 'In the thread', { thread: root.id });
    await page.getByTestId('thread-link').click();
    await page.getByTestId('thread').getByText('In the thread').waitFor();

    server.fail('Starting', 503);
    server.hangUp();
    const banner = page.getByTestId('connection');
    await banner.getByText('Reconnecting…').waitFor();
    server.say('flights', 'grace', 'While away');
    server.edit(root.id, { title: 'Run 1 is done', tone: 'success' });
    server.say('flights', 'grace', 'Thread while away', { thread: root.id });
    server.say('fraud', 'grace', 'Elsewhere while away');
    server.fail();

    await banner.waitFor({ state: 'hidden' });
    await page.getByTestId('message').getByText('While away', { exact: true }).waitFor();
    await page.getByTestId('thread').getByText('Thread while away').waitFor();
    await page.getByTestId('thread').getByText('Run 1 is done').waitFor();
    await soon(() => page.getByTestId('channel-fraud').getAttribute('data-unread')).toBe('true');
  });

  it('marks a channel with news as unread until it is looked at', async () => {
    const { page, server } = await open();
    const fraud = page.getByTestId('channel-fraud');
    server.say('fraud', 'grace', 'Psst');
    await soon(() => fraud.getAttribute('data-unread')).toBe('true');
    await soon(() => page.title()).toContain('●');
    await fraud.click();
    await page.getByTestId('message').getByText('Psst').waitFor();
    await soon(() => fraud.getAttribute('data-unread')).toBe('false');
    expect(page.url()).toContain('#fraud');
  });

  it('keeps identity, channel and theme over a reload, and the token out of the address', async () => {
    const { page } = await open();
    await page.getByTestId('channel-fraud').click();
    await page.getByTestId('identity-linus').click();
    await page.getByTestId('theme').click();
    const background = () => styleOf(page.locator('body'), 'background-color');
    await soon(background).toBe('rgb(17, 24, 32)');
    expect(page.url()).not.toContain('token');

    await page.reload();
    await page.getByRole('heading', { name: 'fraud', exact: true }).waitFor();
    expect(await page.getByTestId('identity-linus').getAttribute('aria-pressed')).toBe('true');
    expect(await background()).toBe('rgb(17, 24, 32)');
    await send(page, 'As Linus');
    await page.getByTestId('message').getByText('Linus Pauling').waitFor();
  });

  it('follows the system theme while nothing else was chosen', async () => {
    const { page } = await open();
    const theme = () => page.locator('html').getAttribute('data-theme');
    expect(await theme()).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await soon(theme).toBe('dark');
    await page.getByTestId('theme').click();
    await soon(theme).toBe('light');
  });

  it('says where to go without a valid key', async () => {
    const { page, server } = await open();
    server.fail('Unknown token.', 401);
    await page.reload();
    await page.getByText('Open the whole address').waitFor();
    server.fail();
    await page.reload();
    await page.getByTestId('composer').waitFor();
  });

  it('shows that the server was updated', async () => {
    const { page, server } = await open();
    server.update('2.0.0');
    server.hangUp();
    await page.getByText('Wheelhouse has been updated.').waitFor();
  });

  it('covers the list with the thread on a narrow screen and loses no control', async () => {
    const { page, server } = await open();
    await page.setViewportSize({ width: 420, height: 800 });
    const root = server.post('flights', { title: 'Run 1', tone: 'success' });
    server.say('flights', 'grace', 'Well done', { thread: root.id });
    await page.getByTestId('thread-link').click();
    const box = await page.getByTestId('thread').boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: 420, height: 800 });
    await page.keyboard.press('Escape');
    for (const id of ['identity-grace', 'channel-fraud', 'theme', 'composer']) {
      expect(await page.getByTestId(id).isVisible()).toBe(true);
    }
    const width = await page.locator('html').evaluate((html) => html.scrollWidth);
    expect(width).toBe(420);
  });
});
