import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compareAnswers } from '../../src/evaluation/compare.ts';
import { seededRandom } from '../../src/evaluation/random.ts';
import { regression } from '../../src/tasks/regression/index.ts';
import { cases, expectClose, expectP } from '../reference/reference.ts';

const pairs = cases(
  'regression_pairs.json',
  z.object({
    name: z.string(),
    y: z.array(z.number()),
    champion: z.array(z.number()),
    challenger: z.array(z.number()),
    mae_t_p: z.number(),
    mse_t_p: z.number(),
    mape: z.number(),
    pinball10: z.number(),
    pinball50: z.number(),
    pinball90: z.number(),
  }),
);

describe('tasks/regression', () => {
  it.each(pairs)('agrees with scikit-learn and scipy on a pair of models: $name', (fixture) => {
    const { y: labels, champion, challenger } = fixture;
    const measured = regression.measure({ labels, answers: champion, classes: [] });
    expectClose(measured['mape'], fixture.mape);
    for (const name of ['pinball10', 'pinball50', 'pinball90'] as const)
      expectClose(measured[name], fixture[name]);
    const { metrics } = compareAnswers(regression, { labels, champion, challenger, classes: [] });
    const p = (name: string) => metrics.find((metric) => metric.name === name)?.p;
    expectP(p('mae'), fixture.mae_t_p);
    expectP(p('rmse'), fixture.mse_t_p);
  });

  it("uses a share of the champion's value as the margin by default, and the unit of the label if one is set", () => {
    const random = seededRandom(2);
    const labels = Array.from({ length: 4000 }, () => 100 * random());
    const noise = labels.map(() => 20 * (random() - 0.5));
    const champion = labels.map((label, row) => label + (noise[row] ?? 0));
    // A little worse, with certainty.
    const challenger = labels.map((label, row) => label + 1.02 * (noise[row] ?? 0));
    const verdict = (margin?: Record<string, number>) =>
      compareAnswers(regression, {
        ...{ labels, champion, challenger, classes: [], resamples: 300 },
        ...(margin && { margin }),
      }).metrics[0];
    const own = verdict();
    expect(own?.margin).toBeCloseTo(0.01 * (own?.champion ?? 0), 12);
    expect(own?.verdict).toBe('worse');
    expect(verdict({ rmse: 0.5 })).toMatchObject({ margin: 0.5, verdict: 'not worse' });
  });

  it('has wider intervals if the rows belong to few entities', () => {
    const random = seededRandom(5);
    const labels = Array.from({ length: 50 }, () => 100 * random());
    const [champion, challenger] = [10, 9].map((size) =>
      labels.map((label) => label + size * (random() - 0.5)),
    );
    const twenty = (values: number[] = []) => Array.from({ length: 20 }, () => values).flat();
    const copied = {
      ...{ labels: twenty(labels), champion: twenty(champion), challenger: twenty(challenger) },
      ...{ classes: [], resamples: 300 },
    };
    const entities = copied.labels.map((_, row) => row % 50);
    const [naive, careful] = [undefined, entities].map(
      (groups) => compareAnswers(regression, { ...copied, entities: groups }).metrics[1],
    );
    expect(careful?.p).toBeGreaterThan(naive?.p ?? 1);
    expect((careful?.high ?? 0) - (careful?.low ?? 0)).toBeGreaterThan(
      2 * ((naive?.high ?? 0) - (naive?.low ?? 0)),
    );
  });
});
