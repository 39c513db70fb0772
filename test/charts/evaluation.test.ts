import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationAlt, readCalibration } from '../../src/charts/calibration.ts';
import { curvesAlt, readCurves } from '../../src/charts/curves.ts';
import { drawCalibration } from '../../src/charts/drawing/calibration.ts';
import { drawCurves } from '../../src/charts/drawing/curves.ts';
import { drawSlices } from '../../src/charts/drawing/delta.ts';
import { drawHeatMap } from '../../src/charts/drawing/heat-map.ts';
import { type Drawing, raster, svg } from '../../src/charts/drawing/render.ts';
import { drawResiduals } from '../../src/charts/drawing/residuals.ts';
import { drawTimeline } from '../../src/charts/drawing/timeline.ts';
import { heatMapAlt, readHeatMap } from '../../src/charts/heat-map.ts';
import { ChartImpossible } from '../../src/charts/index.ts';
import { readResiduals, residualsAlt } from '../../src/charts/residuals.ts';
import { readSlices, slicesAlt } from '../../src/charts/slices.ts';
import { readTimeline, timelineAlt } from '../../src/charts/timeline.ts';
import { tries } from '../sweep.ts';
import {
  calibrated,
  driftedOverTime,
  estimatedBeside,
  ranked,
  residuals,
  sliced,
} from './support/examples.ts';
import { written } from './support/layout.ts';
import { sound, value, words } from './support/sound.ts';

/** Set to a folder to look at the pictures. */
const PICTURES = process.env['WHEELHOUSE_PAGE_PICTURES'];
const runs = tries(100);
const long = 180_000;

const isDrawn = (one: number) => Math.abs(one) < 1e99;
const texts = (drawing: Drawing) => written(svg(drawing)).map(({ text }) => text);

describe('charts of evaluations and of drift over time', () => {
  it.each([
    ['heat-map', () => drawHeatMap(readHeatMap(driftedOverTime))],
    ['calibration', () => drawCalibration(readCalibration(calibrated))],
    ['curves', () => drawCurves(readCurves(ranked))],
    ['slices', () => drawSlices(readSlices(sliced))],
    ['residuals', () => drawResiduals(readResiduals(residuals))],
    ['estimated-beside', () => drawTimeline(readTimeline(estimatedBeside))],
  ])('draws the ordinary %s without overlaps', async (name, draw) => {
    const drawing = draw();
    sound(drawing);
    if (PICTURES === undefined) return;
    await mkdir(PICTURES, { recursive: true });
    await writeFile(`${PICTURES}/chart-${name}.png`, (await raster(svg(drawing))).png);
  });

  it('describes what they show', () => {
    expect(heatMapAlt(readHeatMap(driftedOverTime))).toBe(
      'PSI of 21 columns in 18 windows; reached 0.2: recent_lateness in 6 windows, up to 0.27 and distance in 1 window, up to 0.2; the others stay below it, column 2 up to 0.063.',
    );
    expect(calibrationAlt(readCalibration(calibrated))).toMatch(
      /^Calibration of flights v2: over 10 groups of predictions, predicted and observed differ by 0\.0\d+ on average; most where 0\.95 is predicted and 0\.\d+ is observed\.$/,
    );
    expect(curvesAlt(readCurves(ranked))).toBe(
      'ROC of flights v2, true positive rate by false positive rate: AUC 0.8 for very late, 0.75 for late and 0.7 for on time; without any knowledge it would be 0.5. 0.5, threshold of the metrics: true positive rate 0.349, false positive rate 0.03; 0.167, threshold for the cost: true positive rate 0.697, false positive rate 0.3.',
    );
    expect(slicesAlt(readSlices(sliced))).toBe(
      'Log loss of 4 slices compared with all other rows: certainly worse in origin = ORD (−0.081) and carrier = AA (−0.040).',
    );
    expect(residualsAlt(readResiduals(residuals))).toBe(
      'Errors of delays v1, actual minus predicted: half of the rows are between −14 and +6.5 minutes, 90% between −31 and +58; the median is −6.',
    );
    expect(timelineAlt(readTimeline(estimatedBeside))).toContain(
      '; estimated 0.69 on 14 June 2001;',
    );
  });

  it('says which columns it leaves out, and draws those that reached most', () => {
    const shown = texts(drawHeatMap(readHeatMap(driftedOverTime)));
    expect(shown).toContain('3 more columns moved less.');
    expect(shown.indexOf('recent_lateness')).toBeLessThan(shown.indexOf('distance'));
    expect(shown).toContain('v2 live');
  });

  it('leaves a gap where there was no window', () => {
    const [first, , third] = driftedOverTime.windows;
    if (!first || !third) throw new Error('the example has windows');
    const read = readHeatMap({
      ...{ title: '', metric: 'PSI', limit: 1, windows: [first, third] },
      rows: [{ name: 'distance', values: [2, 2] }],
    });
    const dots = drawHeatMap(read).marks.flatMap((mark) =>
      mark.type === 'circle' ? [Number(mark.shape?.['cx'])] : [],
    );
    // Of three weeks, the middles of the first and the last: two thirds of the width apart.
    expect((dots[1] ?? 0) - (dots[0] ?? 0)).toBeCloseTo(((696 - 190) * 2) / 3);
  });

  it('marks what reaches the limit by a dot as well as by colour', () => {
    const dots = (drawing: Drawing) => drawing.marks.filter(({ type }) => type === 'circle').length;
    expect(dots(drawHeatMap(readHeatMap(driftedOverTime)))).toBe(7);
  });

  it('puts what is worse on the left', () => {
    const [weak] = readSlices(sliced).metrics;
    expect(weak).toMatchObject({ delta: -0.081, low: -0.1, high: -0.062, verdict: 'worse' });
    expect(texts(drawSlices(readSlices(sliced)))).toContain('← worse than elsewhere');
  });

  const time = fc.date({ noInvalidDate: true, min: new Date('1990'), max: new Date('2030') });
  const heat = fc.record({
    ...{ title: words, subtitle: words, metric: words, limit: value },
    windows: fc.array(fc.record({ from: time, to: time }), { minLength: 1, maxLength: 40 }),
    rows: fc.array(fc.record({ name: words, values: fc.array(value, { maxLength: 40 }) }), {
      ...{ minLength: 1, maxLength: 30 },
    }),
    marks: fc.array(fc.record({ time, label: words }), { maxLength: 12 }),
  });
  const bin = fc.record({
    ...{ rows: fc.nat(), predicted: value, actual: value, low: value, high: value },
  });
  const calibration = fc
    .record({ title: words, unit: words, bins: fc.array(bin, { minLength: 1, maxLength: 30 }) })
    .filter(({ bins }) => bins.some((one) => isDrawn(one.predicted) && isDrawn(one.actual)));
  const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), value);
  const place = { x: share, y: share };
  const curves = fc
    .record(
      {
        ...{ title: words, x: words, y: words, figure: words },
        curves: fc.array(
          fc.record({
            ...{ name: words, figure: share },
            points: fc.array(fc.record(place), { maxLength: 20 }),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        marks: fc.array(fc.record({ label: words, ...place }), { maxLength: 4 }),
        chance: fc.oneof(fc.constant('diagonal' as const), fc.record({ y: share })),
      },
      { requiredKeys: ['title', 'x', 'y', 'figure', 'curves'] },
    )
    .filter(({ curves: all }) =>
      all.some(
        ({ figure, points }) =>
          figure >= 0 &&
          figure <= 1 &&
          points.some(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1),
      ),
    );
  const slice = fc.record({
    ...{ name: words, by: value, low: value, high: value, isWeak: fc.boolean() },
  });
  const slices = fc.record({
    ...{ title: words, metric: words, slices: fc.array(slice, { minLength: 1, maxLength: 30 }) },
  });
  const finite = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
  const box = fc.record({
    ...{
      title: words,
      unit: words,
      p5: finite,
      p25: finite,
      p50: finite,
      p75: finite,
      p95: finite,
    },
  });

  const draws = <T>(
    charts: fc.Arbitrary<T>,
    draw: (chart: T) => { drawing: Drawing; alt: string },
  ) =>
    fc.assert(
      fc.property(charts, (chart) => {
        const { drawing, alt } = draw(chart);
        sound(drawing);
        expect(alt).toMatch(/\.$/);
        expect(alt).not.toMatch(/NaN|undefined/);
      }),
      runs,
    );

  it('draws any heat map without overlaps', { timeout: long }, () =>
    draws(heat, (chart) => {
      const read = readHeatMap(chart);
      return { drawing: drawHeatMap(read), alt: heatMapAlt(read) };
    }),
  );

  it('draws any calibration without overlaps', { timeout: long }, () =>
    draws(calibration, (chart) => {
      const read = readCalibration(chart);
      return { drawing: drawCalibration(read), alt: calibrationAlt(read) };
    }),
  );

  it('draws any curves without overlaps', { timeout: long }, () =>
    draws(curves, (chart) => {
      const read = readCurves(chart);
      return { drawing: drawCurves(read), alt: curvesAlt(read) };
    }),
  );

  it('draws any slices without overlaps', { timeout: long }, () =>
    draws(slices, (chart) => {
      const read = readSlices(chart);
      return { drawing: drawSlices(read), alt: slicesAlt(read) };
    }),
  );

  it('draws any residuals without overlaps', { timeout: long }, () =>
    draws(box, (chart) => {
      const read = readResiduals(chart);
      return { drawing: drawResiduals(read), alt: residualsAlt(read) };
    }),
  );

  it('refuses what has nothing to draw', () => {
    const broken = [
      () => readHeatMap({ ...driftedOverTime, windows: [] }),
      () => readHeatMap({ ...driftedOverTime, rows: [] }),
      () => readCalibration({ ...calibrated, bins: [] }),
      () => readCurves({ ...ranked, curves: [] }),
      () => readSlices({ ...sliced, slices: [] }),
      () => readResiduals({ ...residuals, p50: Number.NaN }),
    ];
    for (const read of broken) expect(read).toThrow(ChartImpossible);
  });
});
