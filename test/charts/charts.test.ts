import { afterAll, describe, expect, it } from 'vitest';
import type { ChartPicture } from '../../src/charts/index.ts';
import {
  closeCharts,
  deltaChart,
  histogramChart,
  timelineChart,
  warmCharts,
} from '../compiled/charts.ts';
import { playsExpensive, WHOLE } from '../sweep.ts';
import { compared, drifted, falling } from './support/examples.ts';
import { darkPixels, decode } from './support/png.ts';

afterAll(closeCharts);

const size = ({ png }: ChartPicture) => {
  const { width, height } = decode(png);
  return { width, height };
};

describe('charts', () => {
  it('answers with a PNG of the size it says, twice the layout', async () => {
    const histogram = await histogramChart(drifted);
    const timeline = await timelineChart(falling);
    for (const picture of [histogram, timeline]) {
      expect(size(picture)).toEqual({ width: 1440, height: 800 });
      expect(picture).toMatchObject({ width: 1440, height: 800 });
    }
    const delta = await deltaChart(compared);
    expect(size(delta)).toEqual({ width: delta.width, height: delta.height });
    expect(delta.width).toBe(1440);
    expect(delta.height).toBeLessThanOrEqual(800);
  });

  it('draws the title: its area has ink, and more of it for a longer title', async () => {
    const ink = async (title: string) =>
      darkPixels(decode((await histogramChart({ ...drifted, title })).png), 40, 36, 1100, 90);
    const [none, short, long] = [await ink(''), await ink('Drift'), await ink('Drift drift drift')];
    expect(none).toBe(0);
    expect(short).toBeGreaterThan(500);
    expect(long).toBeGreaterThan(short * 2);
  });

  it('brings its own white card with transparent corners', async () => {
    const { pixels, width } = decode((await histogramChart(drifted)).png);
    expect(pixels[3]).toBe(0);
    expect([...pixels.subarray((20 * width + 720) * 4, (20 * width + 720) * 4 + 4)]).toEqual([
      255, 255, 255, 255,
    ]);
  });

  it('draws the same bytes for the same data', async () => {
    const [one, other] = await Promise.all([timelineChart(falling), timelineChart(falling)]);
    expect(Buffer.from(one.png).equals(Buffer.from(other.png))).toBe(true);
  });

  it('describes what it shows in a sentence', async () => {
    expect((await histogramChart(drifted)).alt).toBe(
      'recent_lateness, reference against current: the share above 0.31 rose from 10% to 24%; PSI 0.27.',
    );
    expect((await deltaChart(compared)).alt).toMatch(
      /^flights v8 against flights v7, .* ROC AUC \+0\.0123 \(\+0\.0061 to \+0\.0185, better\), .* and recall .*inconclusive\)\.$/,
    );
    expect((await timelineChart(falling)).alt).toMatch(
      /^ROC AUC: 0\.71 on 1 February 2001 to 0\.672 on 14 June 2001, .*below the alert line of 0\.68; marked: v7 deployed on 1 March 2001, /,
    );
  });

  it('does not block the event loop while it draws', async () => {
    await warmCharts();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await Promise.all([histogramChart(drifted), deltaChart(compared), timelineChart(falling)]);
    clearInterval(timer);
    // On this thread the three would take one turn each; elsewhere there are dozens.
    expect(turns).toBeGreaterThan(10);
  });

  it('draws again after it was closed', async () => {
    await closeCharts();
    expect(size(await histogramChart(drifted)).width).toBe(1440);
  });

  const many = WHOLE ? 200 : 20;
  it.runIf(playsExpensive('memory of many pictures'))(
    `keeps its memory over ${many} pictures`,
    async () => {
      const batch = async (count: number) => {
        for (let at = 0; at < count; at += 1) await histogramChart(drifted);
        return process.memoryUsage.rss() / 2 ** 20;
      };
      const settled = await batch(WHOLE ? 30 : 6);
      // Not freed, each picture would leak 4.6 MB of pixels and 1.4 MB of fonts: 120 MB for 20.
      expect((await batch(many)) - settled).toBeLessThan(WHOLE ? 150 : 70);
    },
    600_000,
  );
});
