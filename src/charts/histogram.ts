import { percent } from '../core/figures.ts';
import { ChartImpossible } from './errors.ts';
import { clean, drawable, number } from './text.ts';

/** One feature's distribution in two windows. At most 500 bins, in drawing order. */
export interface HistogramChart {
  title: string;
  subtitle?: string;
  feature: string;
  /** Shares of the window's rows, 0 to 1; each window may add up to less than 1. */
  bins: readonly { label: string; reference: number; current: number }[];
  psi?: number;
  note?: string;
  /** Names for the legend, e.g. 'reference (January)'. */
  windows?: { reference: string; current: string };
}

const most = 500;

/** The chart with its text made safe. Throws ChartImpossible without bins or for a share outside 0 to 1. */
export function readHistogram(chart: HistogramChart): HistogramChart {
  const feature = clean(chart.feature, 80);
  const activity = `Drawing the histogram of ${feature}`;
  const { length } = chart.bins;
  if (length === 0 || length > most)
    throw new ChartImpossible(activity, `it has ${length === 0 ? 'no' : length} bins`, {
      next: `Give it 1 to ${most}.`,
    });
  const bins = chart.bins.map(({ label, reference, current }) => {
    for (const [window, share] of Object.entries({ reference, current })) {
      // Slightly over 1 is a rounding error of a sum.
      if (!(share >= 0 && share <= 1.000001))
        throw new ChartImpossible(
          activity,
          `the ${window} share of bin “${clean(label, 60)}” is ${share}`,
          {
            next: 'Shares are 0 to 1: divide the counts by their total.',
          },
        );
    }
    return { label: clean(label, 80), reference, current };
  });
  const names = chart.windows ?? { reference: 'reference', current: 'current' };
  return {
    ...chart,
    title: clean(chart.title),
    subtitle: clean(chart.subtitle ?? ''),
    note: clean(chart.note ?? ''),
    feature,
    bins,
    windows: { reference: clean(names.reference, 80), current: clean(names.current, 80) },
  };
}

export function histogramAlt({ feature, bins, psi }: HistogramChart): string {
  const bin = mostMoved(bins);
  const change = bin
    ? `the share ${inWords(bin.label)} ${bin.current > bin.reference ? 'rose' : 'fell'} from ${percent(bin.reference)} to ${percent(bin.current)}`
    : 'no bin moved by half a percentage point';
  return `${feature}, reference against current: ${change}${psi === undefined ? '' : `; PSI ${figure(psi)}`}.`;
}

type Bins = HistogramChart['bins'];

/** The bin whose share changed most; undefined if none changed by half a point. */
export function mostMoved(bins: Bins): Bins[number] | undefined {
  const moved = ({ reference, current }: Bins[number]) => Math.abs(current - reference);
  const most = bins.reduce<Bins[number] | undefined>(
    (best, bin) => (best && moved(best) >= moved(bin) ? best : bin),
    undefined,
  );
  return most && moved(most) >= 0.005 ? most : undefined;
}

/** PSI as shown: two decimals, or three digits if it is too small for that. */
export function figure(psi: number): string {
  if (!drawable(psi)) return 'not available';
  return psi < 0.01 || psi > 100 ? number(psi) : psi.toFixed(2);
}

/** `> 0.31` reads aloud as `above 0.31`. */
function inWords(label: string): string {
  const [, sign, rest] = /^(<=|>=|[<>≤≥])\s*(.+)$/.exec(label) ?? [];
  if (sign === undefined)
    return /^(above|below|over|under|from|up to|at) /.test(label) ? label : `in ${label}`;
  const word = { '<': 'below', '>': 'above', '<=': 'up to', '≤': 'up to' }[sign] ?? 'from';
  return `${word} ${rest}`;
}
