import type { BrowserContextOptions, LaunchOptions } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';

/**
 * Without a sandbox, since containers seldom let a browser build one; it only sees our page. Nothing is drawn by a
 * graphics card that is not there.
 */
export const LAUNCH: LaunchOptions = {
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer', '--disable-extensions'],
};

/** Animations that nobody watches take a quarter of a browser's time. */
export const CONTEXT: BrowserContextOptions = { reducedMotion: 'reduce', colorScheme: 'light' };
