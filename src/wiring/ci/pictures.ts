import type { SvgPicture } from '../../charts/svg.ts';
import type { Checked } from './check.ts';

export interface Picture extends SvgPicture {
  file: string;
}

/** Names of all files that there may be. */
export const CHARTS = ['differences.svg', 'slices.svg', 'calibration.svg'];

const MOST = 30;

/** The charts of a check. What has nothing to draw is left out: the comment has the same figures in tables. */
export async function picturesOf(
  { model, champion, comparison, report, unit }: Checked,
  wordsOf: (metric: string) => { words: string; unit: string | undefined },
): Promise<Picture[]> {
  const { calibrationSvg, deltaSvg, slicesSvg } = await import('../../charts/svg.ts');
  const deciding = comparison?.metrics.find(({ primary }) => primary);
  // All metrics share one axis: minutes cannot be on the same one as shares.
  const metrics = (comparison?.metrics ?? []).flatMap(
    ({ name, unit, delta, low, high, verdict, margin }) =>
      unit !== deciding?.unit || delta === undefined || low === undefined || high === undefined
        ? []
        : [{ name: wordsOf(name).words, delta, low, high, verdict, margin }],
  );
  const { slices, calibration } = report;
  return [
    ...(metrics.length > 0 && champion
      ? [
          {
            file: 'differences.svg',
            ...deltaSvg({
              title: `${model}: this change against ${champion.name}`,
              ...{ champion: champion.name, challenger: 'this change' },
              metrics: metrics.slice(0, MOST),
            }),
          },
        ]
      : []),
    ...(slices && slices.found.length > 0
      ? [
          {
            file: 'slices.svg',
            ...slicesSvg({
              title: `${model}: slices`,
              metric: wordsOf(slices.metric).words,
              slices: slices.found.slice(0, MOST / 2).map(({ column, value, worse, isWeak }) => ({
                ...{ name: `${column} = ${value}`, isWeak },
                ...worse,
              })),
            }),
          },
        ]
      : []),
    ...(calibration && calibration.bins.length > 0
      ? [
          {
            file: 'calibration.svg',
            ...calibrationSvg({
              title: `${model}: calibration`,
              unit: calibration.of === 'share' ? 'probability' : (unit ?? 'value'),
              bins: calibration.bins,
            }),
          },
        ]
      : []),
  ];
}
