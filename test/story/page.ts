import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { CONTEXT, LAUNCH } from '../browser-options.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Generous: a card may wait for a training on a busy machine. */
export const PATIENCE = { timeout: 180_000 };

/** Builds the page if it is missing or outdated, as `npm run demo` does before it starts. */
export async function buildPage(): Promise<void> {
  const program = 'import("./scripts/lib/page.mjs").then(({ ensurePage }) => ensurePage())';
  await promisify(execFile)(process.execPath, ['--eval', program], { cwd: ROOT });
}

export const openBrowser = (): Promise<Browser> => chromium.launch(LAUNCH);

/** A user at the page. The browser's errors are kept: a page that violates its policy reports it only there. */
export interface Visitor {
  page: Page;
  complaints: string[];
  speakAs(identity: string): Promise<void>;
  say(text: string): Promise<void>;
  /** The newest message whose card has the title. Waits for it. */
  card(title: string): Promise<Locator>;
  /** Presses a button of a message, and confirms where it asks. */
  press(message: Locator, command: string): Promise<void>;
}

export async function visit(
  browser: Browser,
  address: string,
  identity: string,
  look: { colorScheme: 'light' | 'dark' } = { colorScheme: 'light' },
): Promise<Visitor> {
  const context = await browser.newContext({
    ...CONTEXT,
    viewport: { width: 1440, height: 900 },
    ...look,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const speakAs = (id: string) => page.getByTestId(`identity-${id}`).click();
  await page.goto(address);
  await speakAs(identity);
  const live = page.locator('[data-testid="connection"][data-state="live"]');
  await live.waitFor({ state: 'attached' });
  return {
    page,
    complaints,
    speakAs,
    async say(text) {
      await page.getByTestId('composer').fill(text);
      await page.keyboard.press('Enter');
    },
    async card(title) {
      const heading = page.getByTestId('card-title').getByText(title, { exact: true });
      const message = page.getByTestId('message').filter({ has: heading }).last();
      await message.waitFor(PATIENCE);
      return message;
    },
    async press(message, command) {
      await message.getByTestId(`action-${command}`).click();
      const yes = page.getByTestId('confirm-ok');
      const asked = await yes.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
      if (asked) await yes.click();
    },
  };
}

/** The pictures of a message, once all are loaded and drawn. @returns their widths in pixels */
export async function loadedPictures(message: Locator): Promise<number[]> {
  const pictures = message.getByTestId('picture').locator('img');
  const widths: number[] = [];
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    widths.push(
      await picture.evaluate(async (node) => {
        await node.decode();
        return Number(node.naturalWidth);
      }),
    );
  }
  return widths;
}
