import { deltaSvg } from '../../charts/svg.ts';
import type { ModelsCompared } from './compare-models.ts';
import { cellsOf, FOOTNOTE, HEAD, headline, leftOut, wordsOf } from './evaluate-words.ts';
import { page } from './page.ts';

/** More would not be read in one chart. */
const MOST = 30;

/** The comparison of two models as one page, with the differences as a forest plot. */
export function evaluatePage(found: ModelsCompared): string {
  const [champion = '', challenger = ''] = found.files;
  const words = wordsOf(found);
  const metrics = found.metrics.flatMap(({ name, delta, low, high, verdict, margin }) =>
    delta === undefined || low === undefined || high === undefined
      ? []
      : [{ name: words(name), delta, low, high, verdict, margin }],
  );
  const title = `${challenger} compared with ${champion}`;
  return page({
    title,
    headline: headline(found),
    table: [HEAD, ...found.metrics.map((one) => cellsOf(one, words))],
    bad: ['worse'],
    notes: [FOOTNOTE, ...leftOut(found)],
    charts:
      metrics.length === 0
        ? []
        : [
            {
              title: 'Differences',
              text: 'Each with its 95% interval; to the right of 0 the challenger is better.',
              picture: deltaSvg({ title, champion, challenger, metrics: metrics.slice(0, MOST) }),
            },
          ],
  });
}
