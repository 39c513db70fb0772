import { existsSync } from 'node:fs';
import type { BrowserContextOptions, LaunchOptions } from 'playwright-core';

const SHELL = '/usr/bin/chromium-headless-shell';

/** The headless shell opens a page in a quarter of the time of the whole browser. */
const PROGRAM = [SHELL, '/usr/bin/chromium'].find((path) => existsSync(path));

export const hasBrowser = PROGRAM !== undefined;
if (!hasBrowser)
  console.warn(`The browser tests are skipped: install "chromium-headless-shell" (${SHELL}).`);

/**
 * Without a sandbox, since containers seldom let a browser build one; it only sees our page. Nothing is drawn by a
 * graphics card that is not there.
 */
export const LAUNCH: LaunchOptions = {
  executablePath: PROGRAM ?? SHELL,
  args: ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer', '--disable-extensions'],
};

/** Animations that nobody watches take a quarter of a browser's time. */
export const CONTEXT: BrowserContextOptions = { reducedMotion: 'reduce', colorScheme: 'light' };
