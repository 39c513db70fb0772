import { z } from 'zod';
import { adjustedBy } from '../../statistics/tests.ts';
import type { ColumnQuality, QualityMeasurement } from './measurement.ts';
import type { QualityMonitor, QualitySettings } from './settings.ts';
import { judgeVolume } from './volume.ts';

/** One check of one window that could be evaluated. Shares are 0 to 1. */
export const Signal = z.object({
  /** `distance null`, `volume`: stable from window to window. */
  id: z.string(),
  column: z.string().optional(),
  check: z.enum([
    ...['null', 'nan', 'infinite', 'unseen', 'outside'],
    ...['range', 'unknown', 'gone', 'volume'],
  ] as const),
  status: z.enum(['ok', 'warn', 'alert']),
  /** Columns, if the check is about which columns exist. */
  names: z.array(z.string()).optional(),
  /** A share, a value, or a number of rows. */
  found: z.number().optional(),
  /** The same in the training data, the exceeded bound, or the median of earlier weeks. */
  usual: z.number().optional(),
});

export type Signal = z.output<typeof Signal>;

/** Upper bound of the p-value, adjusted over all checks of a window. */
const ALPHA = 0.05;

/** All checks of a window that could be evaluated; missing ones are insufficient data. Pure. */
export function signalsOf(
  { rows, columns, unknown, gone, volume }: QualityMeasurement,
  { minRows, settings }: QualityMonitor,
): Signal[] {
  const enough = columns.filter((column) => column.rows >= minRows);
  const checks = enough.flatMap(({ name, checks }) =>
    checks.map((check) => ({ column: name, ...check })),
  );
  const chance = adjustedBy(checks, ({ p }) => p);
  const shares = checks.map((check): Signal => {
    const { column, name, reference: usual, window: found } = check;
    const rise = (found - usual) / toleranceOf(name, settings);
    const certain = (chance.get(check) ?? 1) <= ALPHA;
    const status = !certain || rise < 1 ? 'ok' : rise < 2 ? 'warn' : 'alert';
    return { id: `${column} ${name}`, column, check: name, status, found, usual };
  });
  const ranges = enough.flatMap((column) => rangeSignal(column, settings));
  const schema = rows === 0 ? [] : schemaSignals(unknown, gone);
  return [...shares, ...ranges, ...schema, ...volumeSignal(volume, settings)];
}

/** The smallest rise of a share that is a problem; twice as much raises an alert. */
export function toleranceOf(
  check: ColumnQuality['checks'][number]['name'],
  settings: QualitySettings,
): number {
  switch (check) {
    case 'null':
      return settings.null_share;
    case 'unseen':
      return settings.unseen_share;
    case 'outside':
      return settings.outside_share;
    default:
      return settings.invalid_share;
  }
}

/** A declared range is a hard bound: a single value outside violates it. */
function rangeSignal({ name, min, max }: ColumnQuality, { ranges }: QualitySettings): Signal[] {
  const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
  if (!range || min === null || max === null) return [];
  const about = { id: `${name} range`, column: name, check: 'range' } as const;
  if (range.min !== undefined && min < range.min)
    return [{ ...about, status: 'alert', found: min, usual: range.min }];
  if (range.max !== undefined && max > range.max)
    return [{ ...about, status: 'alert', found: max, usual: range.max }];
  return [{ ...about, status: 'ok' }];
}

function schemaSignals(unknown: string[], gone: string[]): Signal[] {
  const statusOf = (names: string[]) => (names.length > 0 ? 'alert' : 'ok');
  return [
    { id: 'unknown', check: 'unknown', status: statusOf(unknown), names: unknown },
    { id: 'gone', check: 'gone', status: statusOf(gone), names: gone },
  ];
}

function volumeSignal(volume: QualityMeasurement['volume'], settings: QualitySettings): Signal[] {
  const verdict = judgeVolume(volume, settings.volume_change);
  if (!verdict) return [];
  const status = verdict.unusual ? 'alert' : 'ok';
  return [{ id: 'volume', check: 'volume', status, found: volume.rows, usual: verdict.usual }];
}
