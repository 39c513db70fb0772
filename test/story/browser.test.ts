import { rm } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasBrowser } from '../browser-options.ts';
import { playsStory } from '../sweep.ts';
import { type Demo, type Home, makeHome } from './demo.ts';
import { eventually } from './eventually.ts';
import { STORY_MODELS, type StoryModel } from './models.ts';
import { buildPage, loadedPictures, openBrowser, PATIENCE, type Visitor, visit } from './page.ts';
import { takeScreenshots } from './screenshots.ts';
import { writeStoryWorkspace } from './workspace.ts';

const Status = z.object({
  live: z.object({ version: z.number() }).nullable(),
  newestPrediction: z.string().nullable(),
});

/*
 * The whole story in the page, in one demo: each test continues where the one before stopped. The second version is
 * trained on May while the traffic is that of late winter. So it is really better in June, its data has really drifted,
 * and January's version is the right one to return to.
 */
for (const model of STORY_MODELS)
  describe.skipIf(!hasBrowser || !playsStory('page', model.task))(
    `the story of ${model.task}, in the page`,
    { timeout: 300_000 },
    () => tellStory(model),
  );

function tellStory({ name, june, figure, trees, rowsPerDay }: StoryModel): void {
  let home: Home;
  let demo: Demo;
  let browser: Browser;
  let dev: Visitor;
  let lead: Visitor;

  beforeAll(async () => {
    await buildPage();
    home = await makeHome();
    demo = await home.start({
      WHEELHOUSE_WORKSPACE: await writeStoryWorkspace(`${home.path}-workspace`),
      // Slow enough that there is traffic left when the second version is live, also on a busy machine.
      WHEELHOUSE_REPLAY_DAYS_PER_SECOND: '1',
      WHEELHOUSE_REPLAY_ROWS_PER_DAY: rowsPerDay,
    });
    browser = await openBrowser();
    const address = `${demo.url}/?token=${demo.token}`;
    dev = await visit(browser, address, 'dev');
    lead = await visit(browser, address, 'lead');
    for (const { page } of [dev, lead]) await page.getByTestId(`channel-${name}`).click();
  });
  afterAll(async () => {
    await browser?.close();
    await home?.remove();
    await rm(`${home?.path}-workspace`, { recursive: true, force: true });
  });

  const status = async () => Status.parse((await demo.cli(['status', name])).json);

  it('trains, with a bar that moves', async () => {
    await dev.say(`/train ${name} trees=${trees}`);
    await dev.page.getByTestId('message').getByText(`/train ${name} trees=${trees}`).waitFor();
    const running = await dev.card(`Training ${name}`);
    await running.getByTestId('progress').waitFor();
    const trained = await dev.card(`${name} v1 is trained`);
    expect(await trained.textContent()).toMatch(figure);
    // One message for one thing: it was edited, not posted again.
    expect(await dev.page.getByText(`Training ${name}`, { exact: true }).count()).toBe(0);
  });

  it('compares two versions, with a chart', async () => {
    await dev.say(`/train ${name} trees=${trees} --from 2001-05-01 --to 2001-06-01`);
    await dev.card(`${name} v2 is trained`);
    await dev.say(`/compare ${name} 2 1`);
    const compared = await dev.card(`${name} v2 is ${june} than v1`);
    const widths = await loadedPictures(compared);
    expect(widths).toHaveLength(1);
    expect(Math.min(...widths)).toBeGreaterThan(0);
  });

  it("does not count the requester's vote, but counts another person's", async () => {
    await lead.say(`/promote ${name} 1`);
    const asked = await lead.card(`Approve ${name} v1 for production?`);
    await asked.getByTestId('reaction-white_check_mark').click();
    const refused = lead.page.getByTestId('private-reply');
    await refused.getByText('so your vote does not count').waitFor(PATIENCE);
    expect(await asked.textContent()).toContain('none yet');
    // Visible only to the voter.
    expect(await dev.page.getByTestId('private-reply').count()).toBe(0);
    expect((await status()).live).toBeNull();

    await lead.speakAs('ops');
    await asked.getByTestId('reaction-white_check_mark').click();
    const live = await lead.card(`${name} v1 is live in production`);
    expect(await live.textContent()).toContain('ops ✓ approves (web)');
    await lead.speakAs('lead');
  });

  it('promotes by a button, approved by the reaction of another person', async () => {
    await dev.press(await dev.card(`${name} v2 is ${june} than v1`), 'promote');
    const asked = await lead.card(`Approve ${name} v2 for production?`);
    await asked.getByTestId('reaction-white_check_mark').click();
    // Both see it, without reloading the page.
    for (const visitor of [lead, dev]) await visitor.card(`${name} v2 is live in production`);
    expect((await status()).live?.version).toBe(2);
  });

  it('serves live traffic, and alerts with charts when its data has drifted', async () => {
    const before = (await status()).newestPrediction ?? '';
    await eventually('traffic flows', async () => {
      const { newestPrediction } = await status();
      return newestPrediction !== null && newestPrediction > before;
    });
    const alert = await dev.card(`Data drift: ${name} in production`);
    expect(await alert.textContent()).toContain('what v2 was trained on');
    const widths = await loadedPictures(alert);
    expect(widths.length).toBeGreaterThanOrEqual(1);
    expect(Math.min(...widths)).toBeGreaterThan(0);
    await takeScreenshots(browser, `${demo.url}/?token=${demo.token}`, name);
  });

  it('rolls back by the button of the alert', async () => {
    await dev.press(await dev.card(`Data drift: ${name} in production`), 'rollback');
    await dev.card(`${name} is back on v1 in production`);
    expect((await status()).live?.version).toBe(1);
    const model = await fetch(`${demo.inferenceUrl}/v2/models/${name}`);
    expect(await model.json()).toMatchObject({ versions: ['1'] });
    expect([...dev.complaints, ...lead.complaints]).toEqual([]);
  });
}
