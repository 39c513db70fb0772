import { existsSync } from 'node:fs';
import { canInstall, install } from './debian.mjs';
import { withLock } from './lock.mjs';
import { Blocked, say } from './say.mjs';

const PROGRAM = '/usr/bin/chromium';

/** Installs the browser for the tests of the page if possible; otherwise these tests are skipped. */
export async function ensureChromium() {
  if (existsSync(PROGRAM)) return;
  const skipped = `The browser tests are skipped: install the package "chromium" (${PROGRAM}).`;
  if (!canInstall()) return say(skipped);
  await withLock('installing chromium', async () => {
    if (existsSync(PROGRAM)) return;
    await install('chromium').catch((error) => {
      if (!(error instanceof Blocked)) throw error;
      say(`${error.message}\n${skipped}`);
    });
  });
}
