import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { playsStoryIn } from '../sweep.ts';
import { type Demo, type Home, makeHome } from './demo.ts';
import { eventually } from './eventually.ts';
import {
  buildPage,
  hasBrowser,
  loadedPictures,
  openBrowser,
  PATIENCE,
  type Visitor,
  visit,
} from './page.ts';
import { takeScreenshots } from './screenshots.ts';

const Status = z.object({
  live: z.object({ version: z.number() }).nullable(),
  newestPrediction: z.string().nullable(),
});

/*
 * The whole story in the page, in one demo: each test goes on where the one before stopped. The
 * second version learns from May while the traffic is that of late winter. So it is truly better in
 * June, its data has truly drifted, and January's is truly the one to go back to.
 */
describe.skipIf(!hasBrowser || !playsStoryIn('page'))(
  'the story, in the page',
  { timeout: 300_000 },
  () => {
    let home: Home;
    let demo: Demo;
    let browser: Browser;
    let dev: Visitor;
    let lead: Visitor;

    beforeAll(async () => {
      await buildPage();
      home = await makeHome();
      demo = await home.start({
        WHEELHOUSE_REPLAY_DAYS_PER_SECOND: '2',
        WHEELHOUSE_REPLAY_ROWS_PER_DAY: '120',
      });
      browser = await openBrowser();
      const address = `${demo.url}/?token=${demo.token}`;
      dev = await visit(browser, address, 'dev');
      lead = await visit(browser, address, 'lead');
    }, 300_000);
    afterAll(async () => {
      await browser?.close();
      await home?.remove();
    }, 120_000);

    const status = async () => Status.parse((await demo.cli(['status', 'flights'])).json);

    it('trains, with a bar that moves', async () => {
      await dev.say('/train flights trees=60');
      await dev.page.getByTestId('message').getByText('/train flights trees=60').waitFor();
      const running = await dev.card('Training flights');
      await running.getByTestId('progress').waitFor();
      const trained = await dev.card('flights v1 is trained');
      expect(await trained.textContent()).toContain('AUC 0.6');
      // One message for one thing: it was edited, not said again.
      expect(await dev.page.getByText('Training flights', { exact: true }).count()).toBe(0);
    });

    it('compares two versions, with a chart', async () => {
      await dev.say('/train flights trees=60 --from 2001-05-01 --to 2001-06-01');
      await dev.card('flights v2 is trained');
      await dev.say('/compare flights 2 1');
      const compared = await dev.card('flights v2 is better than v1');
      const widths = await loadedPictures(compared);
      expect(widths).toHaveLength(1);
      expect(Math.min(...widths)).toBeGreaterThan(0);
    });

    it('counts no vote of who asked, and the vote of somebody else', async () => {
      await lead.say('/promote flights 1');
      const asked = await lead.card('Approve flights v1 for production?');
      await asked.getByTestId('reaction-white_check_mark').click();
      const refused = lead.page.getByTestId('private-reply');
      await refused.getByText('so your vote does not count').waitFor(PATIENCE);
      expect(await asked.textContent()).toContain('none yet');
      // For the eyes of who voted only.
      expect(await dev.page.getByTestId('private-reply').count()).toBe(0);
      expect((await status()).live).toBeNull();

      await lead.speakAs('ops');
      await asked.getByTestId('reaction-white_check_mark').click();
      const live = await lead.card('flights v1 is live in production');
      expect(await live.textContent()).toContain('ops ✓ approves (web)');
      await lead.speakAs('lead');
    });

    it('promotes by a button, approved by the reaction of another person', async () => {
      await dev.press(await dev.card('flights v2 is better than v1'), 'promote');
      const asked = await lead.card('Approve flights v2 for production?');
      await asked.getByTestId('reaction-white_check_mark').click();
      // Both see it, without loading the page again.
      for (const visitor of [lead, dev]) await visitor.card('flights v2 is live in production');
      expect((await status()).live?.version).toBe(2);
    });

    it('serves live traffic, and alerts with charts when its data has drifted', async () => {
      const before = (await status()).newestPrediction ?? '';
      await eventually('traffic flows', async () => {
        const { newestPrediction } = await status();
        return newestPrediction !== null && newestPrediction > before;
      });
      const alert = await dev.card('Data drift: flights in production');
      expect(await alert.textContent()).toContain('what v2 was trained on');
      const widths = await loadedPictures(alert);
      expect(widths.length).toBeGreaterThanOrEqual(1);
      expect(Math.min(...widths)).toBeGreaterThan(0);
      await takeScreenshots(browser, `${demo.url}/?token=${demo.token}`);
    });

    it('rolls back by the button of the alert', async () => {
      await dev.press(await dev.card('Data drift: flights in production'), 'rollback');
      await dev.card('flights is back on v1 in production');
      expect((await status()).live?.version).toBe(1);
      const model = await fetch(`${demo.inferenceUrl}/v2/models/flights`);
      expect(await model.json()).toMatchObject({ versions: ['1'] });
      expect([...dev.complaints, ...lead.complaints]).toEqual([]);
    });
  },
);
