import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeCharts } from '../../../src/charts/index.ts';
import type { Card } from '../../../src/core/card.ts';
import { toMessage as toDiscord } from '../../../src/platforms/discord/render/message.ts';
import { toHome } from '../../../src/platforms/slack/render/home.ts';
import { toMessage as toSlack } from '../../../src/platforms/slack/render/message.ts';
import { createCharts } from '../../../src/wiring/charts.ts';
import { hasBrowser } from '../../browser-options.ts';
import { openBrowser } from '../page.ts';
import { discordPage } from './pictures/discord.ts';
import { homeCards } from './pictures/home.ts';
import { scenes } from './pictures/scenes.ts';
import { slackHome, slackPage } from './pictures/slack.ts';

/**
 * The pictures of docs/slack.md and docs/discord.md: what the renderers make of real cards, shown
 * roughly as the platforms show it. Updated by
 *
 *     WHEELHOUSE_SCREENSHOTS=1 npx vitest run test/story/adapters/pictures.test.ts
 *
 * Without the variable nothing is written, and the test only checks that every part of a card is shown.
 */
const WRITES = process.env['WHEELHOUSE_SCREENSHOTS'] === '1' && hasBrowser;
const FOLDER = fileURLToPath(new URL('../../../docs/images', import.meta.url));
const bytes = new Map<string, Uint8Array>();
const NAMES = ['approval', 'run', 'comparison', 'alert', 'rollback'] as const;

let cards: Record<string, Card>;
let browser: Browser | undefined;
beforeAll(async () => {
  const charts = createCharts({
    async putBytes(png) {
      const sha256 = String(bytes.size + 1).padStart(64, '0');
      bytes.set(sha256, png);
      return { sha256, bytes: png.length };
    },
  });
  cards = await scenes(charts);
  if (WRITES) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await closeCharts();
});

describe.each(NAMES)('the picture of a message: %s', (name) => {
  it('shows on Slack what its card says', async () => {
    const card = cards[name] ?? expect.fail(`there is no card ${name}`);
    const pictures = new Map([...bytes.keys()].map((sha256) => [sha256, sha256]));
    const { blocks } = toSlack(card, { pictures });
    await drawn(`slack-${name}`, slackPage(blocks, bytes), card);
  });

  it('shows on Discord what its card says', async () => {
    const card = cards[name] ?? expect.fail(`there is no card ${name}`);
    const pictures = new Map([...bytes.keys()].map((sha256) => [sha256, `${sha256}.png`]));
    const files = new Map([...bytes].map(([sha256, png]) => [`${sha256}.png`, png]));
    const { components } = toDiscord(card, { pictures });
    await drawn(`discord-${name}`, discordPage(components, files), card);
  });
});

it('the Home tab of Slack shows what waits, runs, is live and is wrong', async () => {
  const shown = await homeCards();
  const html = slackHome(toHome(shown).blocks);
  for (const card of shown) expect(html).toContain(card.title);
  await write('slack-home', html);
});

async function drawn(file: string, html: string, card: Card): Promise<void> {
  expect(html).toContain(card.title);
  for (const { label } of [...(card.facts ?? []), ...(card.actions ?? [])])
    expect(html).toContain(label);
  expect(html.split('<img').length - 1).toBe(card.pictures?.length ?? 0);
  await write(file, html);
}

async function write(file: string, html: string): Promise<void> {
  if (!browser) return;
  await mkdir(FOLDER, { recursive: true });
  const page = await browser.newPage({ deviceScaleFactor: 1.5 });
  await page.setContent(html);
  await page.locator('body').screenshot({ path: join(FOLDER, `${file}.png`) });
  await page.close();
}
