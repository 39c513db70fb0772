import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const Result = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      nodes: z.array(z.object({ target: z.unknown(), failureSummary: z.string().optional() })),
    }),
  ),
});

/** What axe-core finds, each with the elements it concerns. */
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
