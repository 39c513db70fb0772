import { z } from 'zod';
import type { Json } from '../../../core/json.ts';
import { toJson } from '../../../core/json.ts';
import type { Verdict } from '../../../core/monitor.ts';
import { budgetOf } from '../../budget.ts';
import { advance, type Step } from '../../sequential/advance.ts';
import { advanceGrowing, readGrowth } from '../../sequential/growth.ts';
import { type DetectorState, readState } from '../../sequential/state.ts';
import type { BudgetFigures } from './budget-figures.ts';
import type { DriftEvidence } from './evidence.ts';
import { certifiedNow, shortened } from './grown.ts';
import { type DriftMeasurement, judgeWindow } from './judge-drift.ts';
import { readingsFrom, type Sequential, short } from './sequential.ts';
import { type DriftMonitor, optionsOf, windowsIn } from './settings.ts';

const Stored = z.object({
  detector: z.string(),
  state: z.unknown(),
  growth: z.unknown().optional(),
});

/**
 * `rule: budget`: evidence from window to window, and an alarm once there is so much that without a change it would be
 * expected once in the budget. PSI and χ² stay as sizes of what moved. `handed`: the state after the window before;
 * one that another detector collected counts for nothing.
 */
export function judgeBudget(
  measured: DriftMeasurement,
  monitor: DriftMonitor,
  handed: Json | undefined,
): Verdict<DriftEvidence> {
  const { readings, learning } = measured.sequential ?? {};
  const nothing = { signals: [], over: false, evidence: evidenceOf(measured, monitor, []) };
  if (!readings)
    return {
      ...nothing,
      status: 'still learning',
      figures: toJson({ learning: learning ?? { reason: 'no windows' } }),
    };
  const budget = windowsIn(monitor);
  if (measured.rows < monitor.minRows) return { ...nothing, status: 'insufficient data' };
  const known = knownFrom(handed, readings.id, readings.columns.length);
  const now = readingsFrom(readings);
  const { step, growth } = monitor.settings.grow_reference
    ? advanceGrowing(known.state, known.growth, now, budget)
    : { step: advance(known.state, now, budget), growth: undefined };
  const { open } = step.state;
  const certified = certifiedNow(measured.sequential?.certified, now, growth);
  const moved = open?.moved ?? step.leading.slice(0, 1);
  const figures: BudgetFigures = {
    ...{ evidence: short(step.evidence), budget, ...shareOf(monitor) },
    ...(open && { alarm: { evidence: short(open.evidence), since: open.since } }),
    certified,
  };
  const signals = moved.map(({ column }) => column);
  const evidence = evidenceOf(measured, monitor, signals);
  return {
    status: open ? 'alert' : step.leading.length > 0 ? 'warn' : 'ok',
    signals,
    over: step.over,
    evidence: open ? { ...evidence, alarm: alarmOf(open, monitor, certified) } : evidence,
    state: toJson({
      ...{ detector: readings.id, state: stored(step.state) },
      ...(growth && { growth: shortened(growth) }),
    }),
    figures: toJson(figures),
  };
}

/** As stored: a budget of its own is as before there were shares. */
function shareOf(monitor: DriftMonitor): { falseAlarms: string; sharedBy?: number } {
  const { falseAlarms, monitors } = budgetOf(monitor);
  return { falseAlarms, ...(monitors > 1 && { sharedBy: monitors }) };
}

/** A reference that grew for another detector, or while the setting was on before, begins again. */
function knownFrom(handed: Json | undefined, detector: string, gauges: number) {
  const { data } = Stored.safeParse(handed);
  const own = data?.detector === detector ? data : undefined;
  return { state: readState(own?.state, gauges), growth: readGrowth(own?.growth, gauges) };
}

function stored(state: DetectorState): DetectorState {
  const { x, sums, cusums } = state;
  return {
    ...state,
    x: x.map((one) => (one === null ? null : short(one))),
    ...{ sums: sums.map(short), cusums: cusums.map(short) },
  };
}

function alarmOf(
  { evidence, since, at, moved }: NonNullable<Step['alarm']>,
  monitor: DriftMonitor,
  certified: Sequential['certified'],
): DriftEvidence['alarm'] {
  return {
    ...{ evidence: short(evidence), since, at },
    budget: windowsIn(monitor),
    ...shareOf(monitor),
    windowHours: monitor.windowHours,
    moved: moved.map((one) => ({ ...one, evidence: short(one.evidence) })),
    certified,
  };
}

function evidenceOf(
  measured: DriftMeasurement,
  monitor: DriftMonitor,
  moved: readonly string[],
): DriftEvidence {
  const { features, predictions } = judgeWindow(measured, optionsOf(monitor));
  return {
    rows: measured.rows,
    columns: [...features, ...predictions].map(({ name, psi, adjustedP, status }) => ({
      ...{ name, psi, adjustedP, status },
      drifted: moved.includes(name),
    })),
  };
}
