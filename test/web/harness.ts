import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { Session } from '../../src/platforms/web/api.ts';
import { CONTEXT, hasBrowser, LAUNCH } from '../browser-options.ts';
import { type PageServer, type PageServerOptions, startPageServer } from '../fakes/page-server.ts';

export const SESSION: Session = {
  version: '1.2.3',
  identities: [
    { id: 'ada', name: 'Ada Lovelace', role: 'operator' },
    { id: 'grace', name: 'Grace Hopper', role: 'approver' },
    { id: 'linus', name: 'Linus Pauling', role: 'viewer' },
  ],
  channels: [
    { id: 'flights', topic: 'Delays' },
    { id: 'fraud', topic: 'Cards' },
  ],
  commands: [
    { name: 'help', summary: 'Say what I can do', usage: '/help' },
    { name: 'train', summary: 'Train a model', usage: '/train <model>' },
    { name: 'status', summary: 'How a model does', usage: '/status <model>' },
  ],
};

/** Built before the tests begin, by test/setup.mjs. */
const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url));

let launched: Promise<Browser> | undefined;

/** One browser for all files of a worker; every visit has its own profile. */
function sharedBrowser(): Promise<Browser> {
  launched ??= chromium.launch(LAUNCH);
  return launched;
}

/** What one test has to work with. */
export interface World {
  page: Page;
  server: PageServer;
  /** A second user of the same server, in a separate tab. */
  another(identity: string): Promise<Page>;
}

/** For a suite with its own server. */
interface Tools {
  /** Opens the address in a new tab and signs in as `identity`. */
  visit(address: string, identity: string): Promise<Page>;
  /** The folder of the built page. */
  folder(): string;
}

/** A suite with a new server and a new browser profile for every test. */
export function describePage(
  name: string,
  suite: (open: (options?: Partial<PageServerOptions>) => Promise<World>, tools: Tools) => void,
): void {
  describe.skipIf(!hasBrowser)(name, () => {
    let browser: Browser;
    const closers: (() => Promise<unknown>)[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      browser = await sharedBrowser();
    });
    beforeEach(() => {
      complaints.length = 0;
    });
    afterEach(async () => {
      for (const close of closers.splice(0).reverse()) await close();
      // Violations of the page's content security policy show only here.
      expect(complaints).toEqual([]);
    });
    const visit = async (address: string, identity: string) => {
      const context = await browser.newContext({
        ...CONTEXT,
        viewport: { width: 1280, height: 720 },
      });
      closers.push(() => context.close());
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // Some of these tests are about network errors.
        const network = /Failed to load resource/.test(message.text());
        if (message.type() === 'error' && !network) complaints.push(message.text());
      });
      await page.goto(address);
      await page.getByTestId(`identity-${identity}`).click();
      await page.locator('[data-testid="connection"][data-state="live"]').waitFor({
        state: 'attached',
      });
      return page;
    };
    const open = async (options: Partial<PageServerOptions> = {}) => {
      const server = await startPageServer({ page: PAGE, session: SESSION, ...options });
      closers.push(() => server.stop());
      const another = (identity: string) => visit(`${server.url}/?token=secret`, identity);
      return { server, another, page: await another('ada') };
    };
    suite(open, { visit, folder: () => PAGE });
  });
}

/** For what becomes true in a while; patient, since the machine may be busy. */
export function soon<T>(read: () => T) {
  return expect.poll(read);
}

/** A computed style, as the browser shows the element. */
export async function styleOf(element: Locator, property: string): Promise<string> {
  return element.evaluate((node, name) => String(node.computedStyleMap().get(name)), property);
}

/** Types and sends. */
export async function send(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.keyboard.press('Enter');
}
