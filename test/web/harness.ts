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

/** One browser for all files of a worker, which it ends with; every visit has a profile of its own. */
function sharedBrowser(): Promise<Browser> {
  launched ??= chromium.launch(LAUNCH);
  return launched;
}

/** What one test has before it. */
export interface World {
  page: Page;
  server: PageServer;
  /** A second reader of the same server, in a tab of their own. */
  another(identity: string): Promise<Page>;
}

/** For a suite that brings its own server. */
interface Tools {
  /** Opens the address in a tab of its own and speaks as `identity`. */
  visit(address: string, identity: string): Promise<Page>;
  /** Where the built page lies. */
  folder(): string;
}

/** A suite with a fresh server and a fresh browser profile for every test. */
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
      // A content security policy that the page violates shows here, and nowhere else.
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
        // The network's own words are what some of these tests are about.
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

/** For what must come true in a while; patient, since a busy machine is no fault of the page. */
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
