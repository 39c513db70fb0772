import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvaluationReport } from '../../src/core/evaluation-report.ts';
import { openDesk } from './desk.ts';

const slice = (column: string, value: string, by: number, isWeak: boolean) => ({
  ...{ column, value, rows: 1203, inside: 0.2 + by, outside: 0.2, isWeak },
  worse: { by, low: by - 0.02, high: by + 0.02 },
  ...{ p: 0.0001, adjustedP: isWeak ? 0.0047 : 0.4 },
});
const REPORT: EvaluationReport = {
  slices: {
    ...{ metric: 'brier', higherIsBetter: false, overall: 0.201, tested: 47 },
    found: [slice('carrier', 'UA', 0.06, true), slice('distance', 'up to 300', 0.01, false)],
  },
  calibration: {
    of: 'share',
    bins: [{ rows: 10, predicted: 0.1, actual: 0.2, low: 0.1, high: 0.3 }],
    error: 0.0123,
  },
  decision: {
    cost: { fp: 1, fn: 5 },
    implied: { at: 1 / 6, cost: 0.42, falsePositives: 30, falseNegatives: 2 },
    best: { at: 0.21, cost: 0.4, falsePositives: 25, falseNegatives: 3 },
    usual: { at: 0.5, cost: 0.81, falsePositives: 1, falseNegatives: 16 },
  },
  confusion: {
    classes: ['no', 'yes'],
    counts: [
      [90, 1],
      [16, 13],
    ],
  },
};

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  const window = { from: new Date('2001-02-01'), to: new Date('2001-02-15') };
  for (const report of [undefined, REPORT]) {
    const version = await desk.addVersion(`run-${report ? 'new' : 'old'}`);
    await desk.registry.versions.addEvaluation({
      version: version.id,
      dataset: { window, sha256: 'a'.repeat(64), rows: 18_200 },
      metrics: { auc: 0.698 },
      ...(report && { report }),
      reference: 'f'.repeat(64),
      at: desk.clock.now(),
    });
  }
  await desk.addVersion('run-failed');
});
afterAll(() => desk.close());

describe('/evaluation', () => {
  it('names the weakest slice, calibration, threshold and mistakes', async () => {
    const { card, data } = await desk.say('dev', 'evaluation flights 2');
    expect(card).toMatchObject({ title: 'Evaluation of flights v2', tone: 'warning' });
    expect(card.pictures?.map(({ alt }) => alt)).toEqual(['slices', 'calibration']);
    expect(card.text?.split('\n')).toEqual([
      'Slices: 1 of 47 is worse than the other rows. The weakest is carrier = UA: Brier score 0.260, 0.200 elsewhere (worse by 0.060, 0.040 to 0.080; 1,203 rows).',
      'Calibration: predicted probabilities and observed shares differ by 1.2% on average, over 1 group of predictions.',
      'Threshold: if a false alarm costs 1 and a miss 5, answer yes from a score of 0.167. A row then costs 0.420 on average, and 0.810 at 0.500. On these rows 0.210 was cheapest (0.400).',
      'Most frequent mistakes: 16 rows of yes predicted as no, 1 row of no predicted as yes.',
    ]);
    expect(card.table?.rows).toEqual([
      ['carrier = UA', '1,203', '0.260', '0.200', '+0.060 (+0.040 to +0.080)', '0.0047'],
      ['distance = up to 300', '1,203', '0.210', '0.200', '+0.010 (−0.010 to +0.030)', '0.4000'],
    ]);
    expect(data).toMatchObject({ version: { version: 2 }, report: { slices: { tested: 47 } } });
  });

  it('shows the slices of one column, and refuses one that is no feature', async () => {
    const { card } = await desk.say('dev', 'evaluation flights 2 --by distance');
    expect(card.table?.rows.map(([name]) => name)).toEqual(['distance = up to 300']);
    const refused = await desk.say('dev', 'evaluation flights 2 --by distanse');
    expect(refused.card.title).toMatch(
      /^flights has no feature "distanse"\. Did you mean "?distance/,
    );
  });

  it('says what to do for a version without slices, and for one that was not evaluated', async () => {
    const old = await desk.say('dev', 'evaluation flights 1');
    expect(old.card.text).toContain('Train it again');
    // The newest.
    const failed = await desk.say('dev', 'evaluation flights');
    expect(failed.card.title).toContain('flights v3 was not evaluated.');
  });
});
