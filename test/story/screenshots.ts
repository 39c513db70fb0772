import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { loadedPictures, visit } from './page.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url));

/**
 * The README's pictures, taken from a real run: the alert with its chart in the channel, the approval with its votes in
 * the thread beside it, and the model's board. Only on request, since no two runs look the same.
 */
export async function takeScreenshots(
  browser: Browser,
  address: string,
  model: string,
): Promise<void> {
  // The README tells the story of this model.
  if (process.env['WHEELHOUSE_SCREENSHOTS'] !== '1' || model !== 'flights') return;
  await mkdir(FOLDER, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, card } = await visit(browser, address, 'lead', { colorScheme });
    const approval = await card('flights v2 is live in production');
    await approval.getByTestId('thread-link').click();
    await page.getByTestId('thread').getByText('v2 answers in production now').waitFor();
    const alert = await card('Data drift: flights in production');
    await loadedPictures(alert);
    await alert.evaluate((node) => node.scrollIntoView({ block: 'start' }));
    // No button may look hovered.
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(FOLDER, `story-${colorScheme}.png`) });
    await page.getByTestId(`model-${model}`).click();
    await page.getByTestId('chart-psi').waitFor();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(FOLDER, `board-${colorScheme}.png`) });
    await page.context().close();
  }
}
