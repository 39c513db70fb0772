import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../../browser-options.ts';
import { playsLong } from '../../sweep.ts';
import { answering } from '../adapters/workspace.ts';
import { type Demo, type Home, makeHome } from '../demo.ts';
import { eventually } from '../eventually.ts';
import { buildPage, openBrowser, PATIENCE, type Visitor, visit } from '../page.ts';
import { liveThroughWorseDays, writeHarmWorkspace } from './workspace.ts';

describe.skipIf(!hasBrowser || !playsLong('harm in the page'))(
  'from alarm to all-clear, in the page',
  { timeout: 300_000 },
  () => {
    let home: Home;
    let folder: string;
    let demo: Demo;
    let browser: Browser;
    let dev: Visitor;
    let lead: Visitor;

    beforeAll(async () => {
      await buildPage();
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-harm-'));
      await writeHarmWorkspace(folder, { channel: {}, dev: {}, lead: {} });
      home = await makeHome();
      demo = await home.start({ WHEELHOUSE_WORKSPACE: folder });
      browser = await openBrowser();
      const address = `${demo.url}/?token=${demo.token}`;
      dev = await visit(browser, address, 'dev');
      lead = await visit(browser, address, 'lead');
      for (const { page } of [dev, lead]) await page.getByTestId('channel-flights').click();
    });
    afterAll(async () => {
      await browser?.close();
      await home?.remove();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    const alarm = 'flights predicts worse than at its evaluation in production';

    it('has a version live that is good', async () => {
      await dev.say('/train flights');
      await dev.press(await dev.card('flights v1 is trained'), 'promote');
      await lead.press(await lead.card('Approve flights v1 for production?'), 'approve');
      await dev.card('flights v1 is live in production');
      await eventually('v1 answers', async () =>
        /"1"|:1\b/.test(await answering(demo.inferenceUrl)),
      );
    });

    it('alerts about harm when the labels of worse days come, and says why', async () => {
      await liveThroughWorseDays(demo);
      await dev.press(await dev.card(alarm), 'why');
      const reply = dev.page.getByTestId('private-reply');
      await reply.getByText('effect on Accuracy').first().waitFor(PATIENCE);
    });

    it('says that retraining would help before anybody decides', async () => {
      const alert = await dev.card(alarm);
      await alert.getByText('Retraining would do better than v1.').first().waitFor(PATIENCE);
      expect(await alert.textContent()).toMatch(/Retraining: better, \+0\.\d+ \(\+0\.\d+ to/);
    });

    it('retrains by the button, compares, and promotes', async () => {
      await dev.press(await dev.card(alarm), 'train');
      const trained = await dev.card('flights v2 is trained');
      await dev.press(trained, 'compare');
      await dev.press(await dev.card('flights v2 is better than v1'), 'promote');
      await lead.press(await lead.card('Approve flights v2 for production?'), 'approve');
      await dev.card('flights v2 is live in production');
    });

    it('gives the all-clear on the message of the alert', async () => {
      const text = 'v1 is no longer live. Monitoring continues with v2.';
      await dev.page.getByTestId('message').getByText(text).first().waitFor(PATIENCE);
      expect(await dev.page.getByText(alarm, { exact: true }).count()).toBe(0);
      expect([...dev.complaints, ...lead.complaints]).toEqual([]);
    });
  },
);
