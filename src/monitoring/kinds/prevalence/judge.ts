import type { Measurement, Verdict } from '../../../core/monitor.ts';
import { confirm } from '../../confirm.ts';
import type { LabelShare, PrevalenceEvidence, PrevalenceMeasurement } from './measurement.ts';
import type { PrevalenceMonitor } from './settings.ts';

type Window = Measurement<PrevalenceMeasurement>;

/** Width of a band on each side, in standard errors. */
export const ERRORS = 3;

/** The whole band of the change is beyond the tolerance. */
function isMoved(
  { evaluated, estimated, changeError }: LabelShare,
  { settings }: Pick<PrevalenceMonitor, 'settings'>,
): boolean {
  return Math.abs(estimated - evaluated) > settings.tolerance + ERRORS * changeError;
}

/** A shift if the share of a label moved in `need` of the last `of` windows. */
export function judge(
  latest: Window,
  earlier: readonly Window[],
  monitor: PrevalenceMonitor,
): Verdict<PrevalenceEvidence> {
  const { need, of, minRows, settings } = monitor;
  const isJudgeable = ({ measured }: Window) =>
    measured.rows >= minRows && measured.shares.length > 0;
  const evidence = { ...latest.measured, need, of, tolerance: settings.tolerance };
  if (!isJudgeable(latest))
    return {
      ...{ status: 'insufficient data', signals: [], over: false },
      evidence: { ...evidence, moved: [] },
    };
  const movedIn = ({ measured }: Window) =>
    measured.shares.filter((share) => isMoved(share, monitor)).map(({ name }) => name);
  const past = earlier.filter(isJudgeable).map(movedIn);
  const now = movedIn(latest);
  const signals = now.filter((name) =>
    confirm(
      past.map((names) => names.includes(name)),
      true,
      { need, of },
    ),
  );
  const newest = [...past, now].slice(-of);
  return {
    ...{ status: signals.length > 0 ? 'alert' : 'ok', signals },
    over: newest.length === of && newest.every((names) => names.length === 0),
    evidence: { ...evidence, moved: signals },
  };
}
