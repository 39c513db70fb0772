import { existsSync } from 'node:fs';
import { canInstall, install } from './debian.mjs';
import { withLock } from './lock.mjs';
import { Blocked, say } from './say.mjs';

const SHELL = { name: 'chromium-headless-shell', path: '/usr/bin/chromium-headless-shell' };
const CHROMIUM = { name: 'chromium', path: '/usr/bin/chromium' };

/**
 * Installs the browser for the tests of the page if possible; otherwise these tests are skipped. The headless shell
 * opens a page in a quarter of the time of the whole browser, which is used where a distribution has no shell.
 */
export async function ensureChromium() {
  if (existsSync(SHELL.path)) return;
  const usable = () => existsSync(CHROMIUM.path);
  const skipped = `The browser tests are skipped: install the package "${SHELL.name}" (${SHELL.path}).`;
  if (!canInstall()) {
    if (!usable()) say(skipped);
    return;
  }
  await withLock('installing chromium', async () => {
    if (existsSync(SHELL.path)) return;
    // With a usable browser, each run tries only what takes a second.
    const problem = await tried(SHELL, { update: !usable() });
    if (!problem || usable()) return;
    if (await tried(CHROMIUM)) say(`${problem}\n${skipped}`);
  });
}

/** @returns {Promise<string | undefined>} why it could not be installed */
async function tried({ name }, options) {
  try {
    await install(name, options);
    return undefined;
  } catch (error) {
    if (!(error instanceof Blocked)) throw error;
    return error.message;
  }
}
