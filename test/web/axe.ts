import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { someOf } from '../sweep.ts';

const Result = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      nodes: z.array(z.object({ target: z.unknown(), failureSummary: z.string().optional() })),
    }),
  ),
});

/** Set to a folder to look at the checked pages. */
export const PICTURES = process.env['WHEELHOUSE_PAGE_PICTURES'];

const DESK = { name: 'desk', size: { width: 1280, height: 900 } };
const PHONE = { name: 'phone', size: { width: 390, height: 844 } };
const VIEWS = [DESK, PHONE].flatMap((screen) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ ...screen, colorScheme })),
);

/** Wide and narrow, light and dark: all of them, or one by the seed. Each `what` is sampled independently. */
export const viewsOf = (what: string) =>
  someOf(`views of ${what}`, VIEWS, PICTURES === undefined ? 1 : VIEWS.length);

/** What axe-core finds, each with the affected elements. */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated rather than added as a script: the page's security policy allows no foreign script.
  await page.evaluate(axe.source);
  const { violations: found } = Result.parse(
    await page.evaluate("axe.run(document, { resultTypes: ['violations'] })"),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary ?? ''}`),
  );
}
