import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaAlt, readDelta } from '../../src/charts/delta.ts';
import { drawDelta } from '../../src/charts/drawing/delta.ts';
import { drawHistogram } from '../../src/charts/drawing/histogram.ts';
import { raster } from '../../src/charts/drawing/render.ts';
import { drawTimeline } from '../../src/charts/drawing/timeline.ts';
import { histogramAlt, readHistogram } from '../../src/charts/histogram.ts';
import {
  ChartImpossible,
  type DeltaChart,
  deltaChart,
  type HistogramChart,
  histogramChart,
  type TimelineChart,
  timelineChart,
} from '../../src/charts/index.ts';
import { readTimeline, timelineAlt } from '../../src/charts/timeline.ts';
import { tries } from '../sweep.ts';
import { compared, drifted, falling } from './support/examples.ts';
import { written } from './support/layout.ts';
import { sound, value, words } from './support/sound.ts';

const drawn = {
  histogram: (chart: HistogramChart) => drawHistogram(readHistogram(chart)),
  delta: (chart: DeltaChart) => drawDelta(readDelta(chart)),
  timeline: (chart: TimelineChart) => drawTimeline(readTimeline(chart)),
};

const runs = tries(100);
// A property draws hundreds of pictures.
const long = 180_000;

describe('charts with absurd data', () => {
  it('draws the ordinary without overlaps', () => {
    sound(drawn.histogram(drifted));
    sound(drawn.delta(compared));
    sound(drawn.timeline(falling));
  });

  it(
    'draws any histogram without overlaps',
    () => {
      const share = fc.double({ min: 0, max: 1, noNaN: true });
      const bin = fc.record({ label: words, reference: share, current: share });
      const bins = fc.oneof(
        fc.array(bin, { minLength: 1, maxLength: 30 }),
        fc.array(bin, { minLength: 190, maxLength: 210 }),
      );
      const chart = fc.record({
        title: words,
        subtitle: words,
        feature: words,
        note: words,
        psi: value,
        bins,
      });
      fc.assert(
        fc.property(chart, (each) => void sound(drawn.histogram(each))),
        runs,
      );
    },
    long,
  );

  it(
    'draws any comparison without overlaps',
    () => {
      const metric = fc.record({
        name: words,
        delta: value,
        low: value,
        high: value,
        verdict: words,
      });
      const metrics = fc.array(metric, { minLength: 1, maxLength: 30 });
      const chart = fc.record({
        title: words,
        champion: words,
        challenger: words,
        margin: value,
        note: words,
        metrics,
      });
      fc.assert(
        fc.property(chart, (each) => void sound(drawn.delta(each))),
        runs,
      );
    },
    long,
  );

  it(
    'draws any timeline without overlaps',
    () => {
      const time = fc.oneof(
        fc.date({ noInvalidDate: true, min: new Date('2001-01-01'), max: new Date('2001-01-03') }),
        fc.date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2030-01-01') }),
        fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
      );
      const point = fc.record({ time, value, low: value, high: value });
      const chart = fc.record({
        title: words,
        metric: words,
        note: words,
        points: fc.array(point, { minLength: 1, maxLength: 30 }),
        threshold: fc.record({ warn: value, alert: value }),
        marks: fc.array(fc.record({ time, label: words }), { maxLength: 30 }),
        bands: fc.array(fc.record({ label: words, low: value, high: value }), { maxLength: 3 }),
      });
      fc.assert(
        fc.property(chart, (each) => {
          fc.pre(each.points.some((one) => Math.abs(one.value) < 1e100));
          sound(drawn.timeline(each));
        }),
        runs,
      );
    },
    long,
  );

  it('writes what is markup as text', async () => {
    const nasty = '<script>&"\'</text><image href="x"/>\u0000\uD800';
    const picture = sound(
      drawn.histogram({
        ...drifted,
        title: nasty,
        feature: nasty,
        bins: [{ label: nasty, reference: 0, current: 1 }],
      }),
    );
    expect(picture).not.toMatch(/<script|<image/);
    expect(written(picture).map(({ text }) => text)).toContain(
      '<script>&"\'</text><image href="x"/>',
    );
    // The renderer's parser fails on it.
    expect((await raster(picture)).width).toBe(1440);
  });

  it('is not corrupted by a name that JavaScript reserves', async () => {
    const names = () => Object.getOwnPropertyNames(Object.prototype).sort();
    const before = names();
    const name = '__proto__';
    drawn.histogram({ ...drifted, title: name, bins: [{ label: name, reference: 0, current: 1 }] });
    expect(names()).toEqual(before);
  });

  it('refuses data without anything to draw, naming it and the next step', async () => {
    const refused = async (drawing: Promise<unknown>, message: RegExp, next: RegExp) => {
      const error = await drawing.then(
        () => undefined,
        (fault: unknown) => fault,
      );
      expect(error).toBeInstanceOf(ChartImpossible);
      expect(error).toMatchObject({
        message: expect.stringMatching(message),
        next: expect.stringMatching(next),
      });
    };
    await refused(
      histogramChart({ ...drifted, bins: [] }),
      /recent_lateness: it has no bins/,
      /1 to 500/,
    );
    const bins = [{ label: 'a', reference: Number.NaN, current: 0 }];
    await refused(
      histogramChart({ ...drifted, bins }),
      /reference share of bin “a” is NaN/,
      /0 to 1/,
    );
    await refused(deltaChart({ ...compared, metrics: [] }), /it has no metrics/, /1 to 30/);
    const points = [{ time: 0, value: Number.NaN }];
    await refused(
      timelineChart({ ...falling, points }),
      /ROC AUC over time: none of its points/,
      /in words/,
    );
    await refused(
      timelineChart({ ...falling, points: [{ time: 'soon', value: 1 }] }),
      /“soon” is not a time in the years 1 to 9999/,
      /ISO 8601/,
    );
  });

  it('keeps its text short and complete, however long the data is', () => {
    const endless = 'name '.repeat(100);
    const bins = [{ label: endless, reference: 0, current: 1 }];
    const metrics = Array.from({ length: 30 }, () => ({
      name: endless,
      delta: 1,
      low: Number.NaN,
      high: 2,
      verdict: endless,
    }));
    const marks = Array.from({ length: 100 }, () => ({ time: '2001-02-01', label: endless }));
    for (const alt of [
      histogramAlt(readHistogram({ ...drifted, feature: endless, bins })),
      deltaAlt(readDelta({ ...compared, champion: endless, challenger: endless, metrics })),
      timelineAlt(readTimeline({ ...falling, metric: endless, marks })),
    ]) {
      expect(alt.length).toBeLessThan(1000);
      expect(alt).toMatch(/\.$/);
      expect(alt).not.toMatch(/NaN/);
    }
  });
});
