import { describe, expect, it } from 'vitest';
import { judgeDrift } from '../../../../src/monitoring/kinds/drift/judge-drift.ts';
import { buildSpec } from '../../../../src/monitoring/profile/build-spec.ts';
import { type Profile, profileOf } from '../../../../src/monitoring/profile/profile.ts';

/** Uniform numbers, shifted by `by`. */
const spread = (rows: number, by = 0) => Array.from({ length: rows }, (_, at) => at / rows + by);
const repeat = <T>(rows: number, values: readonly T[]) =>
  Array.from({ length: rows }, (_, at) => values[at % values.length]);
const mixed = (rows: number, value: unknown, other: unknown, others: number) =>
  Array.from({ length: rows }, (_, at) => (at < others ? other : value));

/** Profiles of both sides over the bins of the reference. */
function sides(columns: Record<string, readonly [unknown[], unknown[]]>) {
  const reference: Record<string, Profile> = {};
  const window: Record<string, Profile> = {};
  for (const [name, [before, now]] of Object.entries(columns)) {
    const spec = buildSpec(before);
    reference[name] = profileOf(spec, before);
    window[name] = profileOf(spec, now);
  }
  return [reference, window] as const;
}

function judgeOne(before: unknown[], now: unknown[]) {
  const judgement = judgeDrift(...sides({ column: [before, now] }));
  const [feature] = judgement.features;
  if (feature === undefined) throw new Error('the column was not judged');
  return { ...feature, whole: judgement.status };
}

describe('monitoring/kinds/drift/judge-drift', () => {
  it('finds nothing in a window like the reference', () => {
    const judgement = judgeDrift(
      ...sides({
        number: [spread(1000), spread(300)],
        word: [repeat(1000, ['a', 'b', 'c']), repeat(300, ['c', 'b', 'a'])],
      }),
    );
    expect(judgement).toMatchObject({ rows: 300, status: 'ok', datasetDrift: false });
    expect(judgement.features.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('warns about a small shift and alerts about a large one', () => {
    expect(judgeOne(spread(1000), spread(300, 0.08))).toMatchObject({
      status: 'warn',
      drifted: true,
      reasons: ['distribution'],
    });
    expect(judgeOne(spread(1000), spread(300, 0.4))).toMatchObject({ status: 'alert' });
  });

  it('does not report a significant but tiny shift', () => {
    const feature = judgeOne(spread(100_000), spread(100_000, 0.02));
    expect(feature.adjustedP).toBeLessThan(1e-6);
    expect(feature.psi).toBeLessThan(0.1);
    expect(feature).toMatchObject({ drifted: false, status: 'ok' });
  });

  it('does not report a large but insignificant effect', () => {
    const reference = spread(60);
    const window = spread(200).map((value) => value * 0.9);
    const feature = judgeOne(reference, window);
    expect(feature.psi).toBeGreaterThan(0.1);
    expect(feature.adjustedP).toBeGreaterThan(0.05);
    expect(feature.drifted).toBe(false);
  });

  it('reports insufficient data for fewer than 200 rows, however large the shift', () => {
    expect(judgeOne(spread(1000), spread(199, 5))).toMatchObject({
      status: 'insufficient data',
      drifted: false,
      whole: 'insufficient data',
      adjustedP: undefined,
    });
    expect(judgeOne(spread(1000), spread(200, 5))).toMatchObject({ status: 'alert' });
    expect(judgeOne(spread(1000), [])).toMatchObject({ status: 'insufficient data' });
  });

  it('alerts when a constant changes its share, and not when it merely wobbles', () => {
    const ones = repeat(1000, [1]);
    expect(judgeOne(ones, mixed(300, 1, 2, 4))).toMatchObject({
      constant: true,
      status: 'alert',
      reasons: expect.arrayContaining(['distribution']),
    });
    expect(judgeOne(ones, mixed(300, 1, 2, 2))).toMatchObject({ status: 'ok' });
    expect(judgeOne(ones, repeat(300, [1.0002]))).toMatchObject({ status: 'ok', psi: 0 });
    expect(judgeOne(repeat(1000, ['only']), repeat(300, ['else']))).toMatchObject({
      constant: true,
      status: 'alert',
    });
  });

  it('tests missing, NaN and infinite values separately from the distribution', () => {
    const window = (odd: unknown) => [...spread(270), ...repeat(30, [odd])];
    expect(judgeOne(spread(1000), window(null))).toMatchObject({
      reasons: ['null'],
      nullShare: 0.1,
      psi: expect.closeTo(0, 2),
    });
    expect(judgeOne(spread(1000), window(Number.NaN))).toMatchObject({ reasons: ['nan'] });
    expect(judgeOne(spread(1000), window(-Infinity))).toMatchObject({
      reasons: ['infinite'],
      infiniteShare: 0.1,
    });
    const always = [...spread(900), ...repeat(100, [null])];
    expect(judgeOne(always, window(null))).toMatchObject({ drifted: false });
  });

  it('alerts about unseen categories, but not about a long tail', () => {
    const names = repeat(1000, ['a', 'b', 'c', 'd']);
    const feature = judgeOne(names, mixed(300, 'a', 'z', 30));
    expect(feature.reasons).toContain('unseen');
    expect(feature.unseenShare).toBeCloseTo(0.1, 12);

    const tail = (rows: number, from: number) =>
      Array.from({ length: rows }, (_, at) => (at % 10 === 0 ? `id ${from + at}` : `c${at % 3}`));
    expect(judgeOne(tail(1000, 0), tail(300, 10_000))).toMatchObject({
      unseenShare: 0.1,
      drifted: false,
      status: 'ok',
    });
  });

  it('counts a column that the window lacks as missing', () => {
    const [reference, window] = sides({
      kept: [spread(1000), spread(300)],
      lost: [spread(1000), spread(300)],
    });
    const judgement = judgeDrift(reference, {
      kept: window['kept'] ?? profileOf(buildSpec([]), []),
    });
    expect(judgement.features[1]).toMatchObject({
      name: 'lost',
      rows: 300,
      nullShare: 1,
      status: 'alert',
      reasons: ['null'],
    });
    expect(judgement.datasetDrift).toBe(true);
  });

  it('reports drift of the data if half of the features drift, or an important one', () => {
    const columns = (moved: number) =>
      sides(
        Object.fromEntries(
          Array.from({ length: 6 }, (_, at) => [
            `f${at}`,
            [spread(1000), spread(300, at < moved ? 0.3 : 0)] as const,
          ]),
        ),
      );
    expect(judgeDrift(...columns(2))).toMatchObject({ datasetDrift: false, status: 'warn' });
    expect(judgeDrift(...columns(3))).toMatchObject({ datasetDrift: true, status: 'alert' });
    const important = { important: ['f0'] };
    expect(judgeDrift(...columns(1), important)).toMatchObject({ datasetDrift: true });
    expect(judgeDrift(...columns(0), important)).toMatchObject({ datasetDrift: false });
  });

  it('judges answers as a separate family', () => {
    const [reference, window] = sides({
      feature: [spread(1000), spread(300)],
      score: [spread(1000), spread(300, 0.3)],
    });
    const judgement = judgeDrift(reference, window, { predictions: ['score'] });
    expect(judgement).toMatchObject({
      predictionDrift: true,
      datasetDrift: false,
      status: 'alert',
      features: [{ name: 'feature', drifted: false }],
      predictions: [{ name: 'score', drifted: true }],
    });
    const alone = judgeDrift(
      { score: reference['score'] ?? profileOf(buildSpec([]), []) },
      window,
      { predictions: ['score'] },
    );
    expect(alone.predictions[0]?.adjustedP).toBe(judgement.predictions[0]?.adjustedP);
  });

  it('refuses a window that was counted into other bins', () => {
    const reference = { x: profileOf(buildSpec(spread(100)), spread(100)) };
    const window = { x: profileOf(buildSpec(spread(90)), spread(90)) };
    expect(() => judgeDrift(reference, window)).toThrow(/Comparing x .*other bins/);
  });

  it('is plain JSON', () => {
    const judgement = judgeDrift(...sides({ a: [spread(300), spread(300)], b: [[null], [null]] }));
    expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement);
    // NaN and the infinities would have become null.
    expect(JSON.stringify(judgement)).not.toMatch(/:null/);
  });
});
