import { describe, expect, it } from 'vitest';
import { latencyBin } from '../../../src/core/latency.ts';
import type { ArmTally, RolloutPlan, Tally } from '../../../src/core/rollout.ts';
import type { Observed } from '../../../src/release/rollout/compared.ts';
import { judgeStep } from '../../../src/release/rollout/judge.ts';
import { shareOf } from '../../../src/release/rollout/sums.ts';

const plan: RolloutPlan = {
  steps: [
    { weight: 0, shadow: true, forMs: 1000 },
    { weight: 25, shadow: false, forMs: 1000 },
    { weight: 100, shadow: false, forMs: 0 },
  ],
  limits: { errors: 0.02, latency: 0.15, answers: 0.3, flipped: 0.2, performance: 0.05 },
  alpha: 0.05,
};

/** Requests that took about `ms`, answered with scores spread over the tenths of `scores`. */
function arm(requests: number, { failures = 0, ms = 4, scores = [1, 2, 3] } = {}): ArmTally {
  return {
    ...{ requests, failures },
    times: [
      [latencyBin(ms), requests / 2],
      [latencyBin(2 * ms), requests / 2],
    ],
    answers: scores.map((bin) => [bin, requests / scores.length] as const),
  };
}

function observed(over: Partial<Tally>, rest: Partial<Observed> = {}): Observed {
  const none = { requests: 0, flipped: 0, dropped: 0, slices: [] };
  return {
    tally: { stable: arm(7500), challenger: arm(2500), shadow: none, ...over },
    ...{ weight: 25, shadow: false, answer: { kind: 'score', classes: [] } },
    ...rest,
  };
}

const statusOf = (of: Observed) =>
  Object.fromEntries(judgeStep(of, plan).signals.map(({ metric, status }) => [metric, status]));

describe('release/rollout: the judgement of a step', () => {
  it('passes a challenger that does as the stable version does', () => {
    expect(judgeStep(observed({}), plan)).toMatchObject({ result: 'pass', causes: [] });
    expect(statusOf(observed({}))).toEqual({
      ...{ errors: 'pass', latency: 'pass', answers: 'pass' },
      ...{ flipped: 'not measured', performance: 'not measured' },
    });
  });

  it.each([0, 30])('cannot tell after %d requests', (requests) => {
    const few = { stable: arm(3 * requests), challenger: arm(requests) };
    const { result, causes } = judgeStep(observed(few), plan);
    expect(result).toBe('inconclusive');
    expect(causes).toContainEqual(
      expect.objectContaining({ signal: expect.objectContaining({ metric: 'errors' }) }),
    );
  });

  it.each([
    ['errors', { challenger: arm(2500, { failures: 40 }) }],
    ['latency', { challenger: arm(2500, { ms: 6 }) }],
    ['answers', { challenger: arm(2500, { scores: [9] }) }],
  ] as const)('fails one that is worse by its %s, and says so', (metric, tally) => {
    const judgement = judgeStep(observed(tally), plan);
    expect(judgement.result).toBe('fail');
    expect(judgement.causes).toMatchObject([{ kind: 'signal', signal: { metric } }]);
  });

  it('does not stop a challenger for the hundredths of a millisecond that its process takes longer', () => {
    const statusAt = (ms: number) => {
      const tally = { stable: arm(7500, { ms: 0.06 }), challenger: arm(2500, { ms }) };
      return statusOf(observed(tally))['latency'];
    };
    expect(statusAt(0.1)).toBe('pass');
    expect(statusAt(0.4)).toBe('fail');
  });

  it('names the time and the answer at which the difference was proven', () => {
    const whereOf = (challenger: ArmTally, of: string) =>
      judgeStep(observed({ challenger }), plan).signals.find(({ metric }) => metric === of)?.where;
    expect(whereOf(arm(2500, { ms: 6 }), 'latency')).toMatch(/^longer than \d/);
    expect(whereOf(arm(2500, { scores: [9] }), 'answers')).toBe('more answers above 0.4');
  });

  it('fails one that decides too many requests differently in shadow', () => {
    const shadow = { requests: 2000, flipped: 900, dropped: 3, slices: [] };
    const status = (flipped: number) =>
      statusOf(observed({ shadow: { ...shadow, flipped } }, { weight: 0, shadow: true }));
    expect(status(900)).toMatchObject({ flipped: 'fail' });
    expect(status(20)).toMatchObject({ flipped: 'pass' });
  });

  it('judges losses as labels come, by shares or by means', () => {
    const losses = { stable: shareOf(7000, 700), challenger: shareOf(2500, 500) };
    expect(statusOf(observed({}, { losses }))).toMatchObject({ performance: 'fail' });
    const brier = {
      stable: { n: 7000, sum: 700, squares: 200 },
      challenger: { n: 2500, sum: 251, squares: 72 },
    };
    expect(statusOf(observed({}, { losses: brier }))).toMatchObject({ performance: 'pass' });
  });

  it('does not compare versions whose requests were not split as declared', () => {
    const { result, causes } = judgeStep(observed({ challenger: arm(1500) }), plan);
    expect(result).toBe('inconclusive');
    expect(causes).toEqual([{ kind: 'split', challenger: 1500, requests: 9000, weight: 25 }]);
  });

  it('fails what the gateway gave up, whatever was counted', () => {
    const broken = observed({ broken: 'It did not answer 5 requests in a row.' });
    expect(judgeStep(broken, plan)).toMatchObject({ result: 'fail', causes: [{ kind: 'broken' }] });
  });

  it('compares classes each by itself', () => {
    const classes = ['ontime', 'late', 'cancelled'];
    const of = (rows: number, shares: number[]): ArmTally => ({
      ...arm(rows),
      answers: shares.map((share, bin) => [bin, share * rows] as const),
    });
    const tally = { stable: of(7500, [0.5, 0.4, 0.1]), challenger: of(2500, [0.9, 0.05, 0.05]) };
    const judged = judgeStep(observed(tally, { answer: { kind: 'probabilities', classes } }), plan);
    expect(judged.causes).toMatchObject([{ signal: { where: 'more answers ontime' } }]);
  });
});
