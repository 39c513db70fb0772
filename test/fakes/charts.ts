import type { Picture } from '../../src/core/card.ts';
import type { Charts } from '../../src/core/ports/charts.ts';

const no = () => Promise.reject(new Error('the drawing thread is gone'));

/** Charts that cannot be drawn. */
export const noCharts: Charts = {
  ...{ deltas: no, histogram: no, timeline: no, heatMap: no },
  ...{ calibration: no, curves: no, slices: no, residuals: no },
};

/** Records the charts that are requested. */
export function askedCharts(): Charts & { asked: { kind: string; chart: object }[] } {
  const asked: { kind: string; chart: object }[] = [];
  const keep =
    (kind: string) =>
    async (chart: object): Promise<Picture> => {
      asked.push({ kind, chart });
      return { sha256: String(asked.length), alt: kind, width: 1, height: 1 };
    };
  return {
    ...{ asked, deltas: keep('deltas'), histogram: keep('histogram'), timeline: keep('timeline') },
    ...{ heatMap: keep('heat map'), calibration: keep('calibration'), slices: keep('slices') },
    ...{ residuals: keep('residuals'), curves: keep('curves') },
  };
}
