import type { Measurement, Verdict } from '../../../core/monitor.ts';
import { confirm } from '../../confirm.ts';
import { type LatencyMeasurement, signalsOf } from './measurement.ts';
import type { LatencyEvidence } from './report.ts';
import type { LatencyMonitor } from './settings.ts';

type Window = Pick<Measurement<LatencyMeasurement>, 'measured'>;

/** A budget must be exceeded in `need` of the last `of` windows with enough requests. */
export function judge(
  { measured }: Window,
  earlier: readonly Window[],
  monitor: LatencyMonitor,
): Verdict<LatencyEvidence> {
  const { need, of, minRows } = monitor;
  const signals = signalsOf(measured, monitor);
  const about = { rows: measured.rows, need, of, signals };
  if (measured.rows < minRows)
    return {
      ...{ status: 'insufficient data', signals: [], over: false },
      evidence: { ...about, confirmed: [] },
    };
  const past = earlier
    .filter((window) => window.measured.rows >= minRows)
    .map((window) => signalsOf(window.measured, monitor))
    .slice(-(of - 1));
  const isExceeded = (window: readonly { name: string; exceeded: boolean }[], name: string) =>
    window.some((one) => one.name === name && one.exceeded);
  const confirmed = signals
    .filter(({ exceeded }) => exceeded)
    .map(({ name }) => name)
    .filter((name) =>
      confirm(
        past.map((window) => isExceeded(window, name)),
        true,
        { need, of },
      ),
    );
  const newest = [...past, signals];
  return {
    status: confirmed.length > 0 ? 'alert' : 'ok',
    signals: confirmed,
    over: newest.length >= of && !newest.flat().some(({ exceeded }) => exceeded),
    evidence: { ...about, confirmed },
  };
}
