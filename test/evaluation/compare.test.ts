import { describe, expect, it } from 'vitest';
import { joinVerdicts, judgeDifference } from '../../src/core/verdict.ts';
import { pairedBootstrap } from '../../src/evaluation/bootstrap.ts';
import { type CompareInput, compareAnswers } from '../../src/evaluation/compare.ts';
import { seededRandom } from '../../src/evaluation/random.ts';
import { binary } from '../../src/tasks/binary/index.ts';

type Input = Omit<CompareInput, 'classes'>;

const compareBinary = (input: Input) => compareAnswers(binary, { ...input, classes: [] });

/** Rows whose scores carry as much signal about the label as `champion` and `challenger` say, 0 to 1. */
function rows(count: number, champion: number, challenger: number, seed = 11) {
  const random = seededRandom(seed);
  const labels = Array.from({ length: count }, () => (random() < 0.3 ? 1 : 0));
  const noise = labels.map(() => random());
  const score = (label: number, row: number, skill: number) =>
    label * skill + (noise[row] ?? 0) * (1 - skill);
  return {
    labels,
    champion: labels.map((label, row) => score(label, row, champion)),
    challenger: labels.map((label, row) => score(label, row, challenger)),
  };
}

function metric(input: Input, name: string) {
  const found = compareBinary(input).metrics.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} in the comparison`);
  return found;
}

describe('evaluation/compare', () => {
  it('judges a model compared with itself as not worse, on every metric', () => {
    const { labels, champion } = rows(400, 0.3, 0.3);
    const comparison = compareBinary({ labels, champion, challenger: champion });
    expect(comparison).toMatchObject({ rows: 400, verdict: 'not worse' });
    expect(comparison.metrics).toHaveLength(7);
    for (const each of comparison.metrics) {
      expect(each).toMatchObject({ delta: 0, low: 0, high: 0, p: 1, verdict: 'not worse' });
    }
  });

  it('judges a clearly better model as better, and the reverse as worse, on every metric', () => {
    const { labels, champion, challenger } = rows(2000, 0.15, 0.35);
    const forth = compareBinary({ labels, champion, challenger });
    const back = compareBinary({ labels, champion: challenger, challenger: champion });
    expect(forth.metrics.map((each) => each.verdict)).toEqual(Array(7).fill('better'));
    expect(back.metrics.map((each) => each.verdict)).toEqual(Array(7).fill('worse'));
    forth.metrics.forEach((each, at) => {
      expect(each.delta).toBeCloseTo(-(back.metrics[at]?.delta ?? 0), 12);
      expect(each.low).toBeLessThan(each.delta ?? 0);
      expect(each.high).toBeGreaterThan(each.delta ?? 0);
    });
  });

  it('orients log loss and Brier so that positive is better', () => {
    const loss = metric(rows(2000, 0.15, 0.35), 'logLoss');
    expect(loss.higherIsBetter).toBe(false);
    expect(loss.challenger).toBeLessThan(loss.champion ?? 0);
    expect(loss.delta).toBeGreaterThan(0);
  });

  it('is inconclusive with a few rows', () => {
    const few = { labels: [0, 1, 0, 1, 1], champion: [0.4, 0.3, 0.6, 0.7, 0.9] };
    const verdict = compareBinary({ ...few, challenger: [0.5, 0.6, 0.2, 0.4, 0.8] }).verdict;
    expect(verdict).toBe('inconclusive');
  });

  it('is undefined and inconclusive if there is only one class', () => {
    const comparison = compareBinary({
      labels: [0, 0, 0],
      champion: [0.1, 0.2, 0.3],
      challenger: [0.1, 0.2, 0.4],
    });
    expect(comparison).toMatchObject({
      composition: { figures: { positives: 0 } },
      verdict: 'inconclusive',
    });
    expect(comparison.metrics[0]).toEqual({
      name: 'auc',
      higherIsBetter: true,
      champion: undefined,
      challenger: undefined,
      delta: undefined,
      low: undefined,
      high: undefined,
      p: undefined,
      adjustedP: undefined,
      margin: 0.01,
      verdict: 'inconclusive',
      primary: true,
    });
  });

  it('gives the same numbers for the same seed and different ones for another', () => {
    const input = rows(300, 0.2, 0.22);
    expect(compareBinary({ ...input, seed: 5 })).toEqual(compareBinary({ ...input, seed: 5 }));
    expect(metric({ ...input, seed: 5 }, 'f1').low).not.toBe(
      metric({ ...input, seed: 6 }, 'f1').low,
    );
  });

  it('adjusts co-primary metrics by Holm, and only those', () => {
    const primary = ['auc', 'logLoss'];
    const { metrics } = compareBinary({ ...rows(500, 0.2, 0.23), primary });
    const ps = metrics.filter((each) => each.primary).map((each) => each.p ?? 1);
    const smaller = Math.min(...ps);
    for (const each of metrics) {
      if (!each.primary) expect(each.adjustedP).toBe(each.p);
      else if (each.p === smaller) expect(each.adjustedP).toBeCloseTo(2 * smaller, 15);
    }
    expect(ps).toHaveLength(2);
  });

  it('has wider intervals if the rows belong to few entities', () => {
    const one = rows(100, 0.2, 0.21);
    const entities = Array.from({ length: 1000 }, (_, row) => `plane ${row % 100}`);
    const ten = (values: number[]) => Array.from({ length: 10 }, () => values).flat();
    const copied = {
      labels: ten(one.labels),
      champion: ten(one.champion),
      challenger: ten(one.challenger),
    };
    for (const name of ['auc', 'accuracy', 'f1', 'logLoss']) {
      const naive = metric(copied, name);
      const careful = metric({ ...copied, entities }, name);
      const width = (careful.high ?? 0) - (careful.low ?? 0);
      expect(width).toBeGreaterThan(2 * ((naive.high ?? 0) - (naive.low ?? 0)));
      // A bootstrap p has a floor, which both may be at; closed forms have none.
      if (name === 'auc' || name === 'accuracy') expect(careful.p).toBeGreaterThan(naive.p ?? 1);
    }
  });

  it('refuses entities that do not match the rows', () => {
    expect(() => compareBinary({ ...rows(10, 0.2, 0.2), entities: ['a'] })).toThrow(
      /1 values stand beside 10 rows/,
    );
  });
});

describe('evaluation/bootstrap', () => {
  it('covers the true mean about 95 times in a hundred', () => {
    const random = seededRandom(3);
    let covered = 0;
    for (let run = 0; run < 200; run += 1) {
      const components = Float64Array.from({ length: 80 }, () => random() - 0.5);
      const [found] = pairedBootstrap({
        components,
        width: 1,
        statistics: [(sums) => (sums[0] ?? 0) / 80],
        resamples: 400,
        seed: run,
      });
      if (found !== undefined && found.low <= 0 && found.high >= 0) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(180);
    expect(covered).toBeLessThanOrEqual(198);
  });

  it('has no interval if most draws are undefined, or for a single unit', () => {
    const input = { width: 1, resamples: 50, seed: 1 };
    const never = [() => undefined];
    const components = Float64Array.of(1, 2, 3);
    expect(pairedBootstrap({ ...input, components, statistics: never })).toEqual([undefined]);
    const mean = [(sums: Float64Array) => sums[0]];
    expect(pairedBootstrap({ ...input, components: Float64Array.of(1), statistics: mean })).toEqual(
      [undefined],
    );
  });
});

describe('core/verdict', () => {
  it.each([
    [{ low: 0.001, high: 0.02, adjustedP: 0.03 }, 'better'],
    [{ low: 0.001, high: 0.02, adjustedP: 0.06 }, 'not worse'],
    [{ low: -0.009, high: 0.02, adjustedP: 0.4 }, 'not worse'],
    [{ low: -0.009, high: -0.001, adjustedP: 0.01 }, 'not worse'],
    [{ low: -0.01, high: 0.02, adjustedP: 0.4 }, 'inconclusive'],
    [{ low: -0.05, high: -0.02, adjustedP: 0.001 }, 'worse'],
    [{ low: undefined, high: undefined, adjustedP: undefined }, 'inconclusive'],
  ] as const)('judges %o as %s at a margin of 0.01', (difference, verdict) => {
    expect(judgeDifference(difference, 0.01)).toBe(verdict);
  });

  it('requires every primary metric to pass', () => {
    expect(joinVerdicts(['better', 'not worse'])).toBe('better');
    expect(joinVerdicts(['better', 'worse'])).toBe('worse');
    expect(joinVerdicts(['better', 'inconclusive'])).toBe('inconclusive');
    expect(joinVerdicts([])).toBe('inconclusive');
  });
});
