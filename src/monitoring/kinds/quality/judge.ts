import { z } from 'zod';
import type { Measurement, Verdict } from '../../../core/monitor.ts';
import { confirm } from '../../confirm.ts';
import type { QualityMeasurement } from './measurement.ts';
import type { QualityMonitor } from './settings.ts';
import { Signal, signalsOf } from './signals.ts';

/** What an alert stores. */
export const Evidence = z.object({
  rows: z.number(),
  need: z.number(),
  of: z.number(),
  /** Confirmed signals, the worst first. */
  signals: z.array(Signal),
  /** What could not be evaluated in this window. */
  insufficient: z.array(z.enum(['columns', 'volume'])),
});

export type QualityEvidence = z.output<typeof Evidence>;

const isRaised = ({ status }: Signal) => status !== 'ok';

/**
 * The finding for a window, given the ones before it: a problem must be found in `need` of the last `of`
 * windows.
 */
export function judge(
  { measured }: Pick<Measurement<QualityMeasurement>, 'measured'>,
  earlier: readonly Pick<Measurement<QualityMeasurement>, 'measured'>[],
  monitor: QualityMonitor,
): Verdict<QualityEvidence> {
  const { need, of } = monitor;
  const before = earlier.map((window) => signalsOf(window.measured, monitor));
  const latest = signalsOf(measured, monitor);
  /** The newest earlier windows in which it could be evaluated, oldest first. */
  const pastOf = (id: string): Signal[] => {
    const past = before.flatMap((signals) => signals.find((signal) => signal.id === id) ?? []);
    return past.slice(Math.max(0, past.length - of + 1));
  };
  const signals = latest
    .filter(isRaised)
    .filter(({ id }) => confirm(pastOf(id).map(isRaised), true, { need, of }))
    .sort((a, b) => severityOf(b) - severityOf(a));
  const columns = latest.some(({ column }) => column !== undefined);
  const volume = latest.some(({ check }) => check === 'volume');
  const everRaised = new Set(
    [...before, latest]
      .flat()
      .filter(isRaised)
      .map(({ id }) => id),
  );
  const isOver = (id: string): boolean => {
    const windows = [...pastOf(id), ...latest.filter((signal) => signal.id === id)];
    return windows.length >= of && latest.some((s) => s.id === id) && !windows.some(isRaised);
  };
  return {
    status: signals.some(({ status }) => status === 'alert')
      ? 'alert'
      : signals.length > 0
        ? 'warn'
        : columns
          ? 'ok'
          : 'insufficient data',
    signals: signals.map(({ id }) => id),
    over:
      before.length >= of - 1 && (everRaised.size > 0 || columns) && [...everRaised].every(isOver),
    evidence: {
      ...{ rows: measured.rows, need, of, signals },
      insufficient: [
        ...(columns ? [] : (['columns'] as const)),
        ...(volume ? [] : (['volume'] as const)),
      ],
    },
  };
}

/** Alerts before warnings, then by how much a share rose. */
function severityOf({ status, found = 0, usual = 0, check }: Signal): number {
  const isShare = !['range', 'volume', 'unknown', 'gone'].includes(check);
  return (status === 'alert' ? 2 : 0) + (isShare ? found - usual : 1);
}
