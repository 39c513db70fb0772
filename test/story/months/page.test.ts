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
import { deliver, writeMonthsWorkspace } from './workspace.ts';

describe.skipIf(!hasBrowser || !playsLong('months in the page'))(
  'data month by month, in the page',
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
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-months-'));
      await writeMonthsWorkspace(folder, { channel: {}, dev: {}, lead: {} });
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

    const answers = (version: number) =>
      eventually(`v${version} answers`, async () =>
        new RegExp(`"${version}"|:${version}\\b`).test(await answering(demo.inferenceUrl)),
      );
    const approve = async (version: number) => {
      const asked = await lead.card(`Approve flights v${version} for production?`);
      await asked.getByTestId('reaction-white_check_mark').click();
      await dev.card(`flights v${version} is live in production`);
      await answers(version);
    };

    it('has a first version live, which people trained', async () => {
      await dev.say('/train flights');
      await dev.press(await dev.card('flights v1 is trained'), 'promote');
      await approve(1);
    });

    it('trains, compares and proposes when a month comes, and rolls out what a person approves', async () => {
      await deliver(folder, '2001-02');
      await approve(2);
      const done = await dev.card('The pipeline of flights is done: v2 is live in production');
      const text = await done.textContent();
      expect(text).toMatch(/new rows since v1/);
      expect(text).toMatch(/✓ Check the data: 1 arrival.*✓ Train: v2.*✓ Roll out/s);
    });

    it('puts a corrupted month in quarantine', async () => {
      await deliver(folder, '2001-03', { corrupt: true });
      await dev.card('New data of flights is in quarantine: arrivals/2001-03.parquet');
    });

    it('proposes nothing after a rollback', async () => {
      await dev.say('/rollback flights');
      await answers(1);
      await deliver(folder, '2001-04');
      const waits = /^A training of flights waits: automation of flights in production is on hold/;
      await dev.page.getByTestId('card-title').getByText(waits).first().waitFor(PATIENCE);
      expect(await dev.page.getByText('Approve flights v3').count()).toBe(0);
      expect([...dev.complaints, ...lead.complaints]).toEqual([]);
    });
  },
);
