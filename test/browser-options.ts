import { existsSync } from 'node:fs';
import type { BrowserContextOptions, LaunchOptions } from 'playwright-core';

const SHELL = '/usr/bin/chromium-headless-shell';

/** The headless shell opens a page in a quarter of the time that the full browser takes. */
const PROGRAM = [SHELL, '/usr/bin/chromium'].find((path) => existsSync(path));

export const hasBrowser = PROGRAM !== undefined;
if (!hasBrowser)
  console.warn(`The browser tests are skipped: install "chromium-headless-shell" (${SHELL}).`);

/** No sandbox: containers seldom allow one, and the browser only sees our page. No GPU: there is none. */
export const LAUNCH: LaunchOptions = {
  executablePath: PROGRAM ?? SHELL,
  args: ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer', '--disable-extensions'],
};

/** Animations take a quarter of the browser's CPU time, and nobody watches them. */
export const CONTEXT: BrowserContextOptions = { reducedMotion: 'reduce', colorScheme: 'light' };
