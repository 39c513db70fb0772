import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../bench/alarms/random.ts';
import type { Measurement } from '../../../../src/core/monitor.ts';
import { judge } from '../../../../src/monitoring/kinds/estimated/judge.ts';
import type { EstimatedMeasurement } from '../../../../src/monitoring/kinds/estimated/measurement.ts';
import { Settings } from '../../../../src/monitoring/kinds/estimated/settings.ts';
import { kindOf } from '../../../../src/monitoring/kinds/index.ts';
import { tries } from '../../../sweep.ts';

/** How many earlier windows a check reads. */
const FAR_BACK = 50;
const YEARS = 10;
const EVALUATED = 0.2;
/** Days; in the sweep four hours. */
const HOURS = tries(8).numRuns === 8 ? 4 : 24;
const own = kindOf('estimated').schema.parse({
  ...{ kind: 'estimated', window_hours: HOURS, tolerance: 0 },
});
const monitor = { name: 'estimate', ...own, settings: Settings.parse(own.settings) };

type Figure = { value: number; error: number };

const windowOf = ({ value, error }: Figure, hour: number): Measurement<EstimatedMeasurement> => ({
  window: { from: new Date(hour * 3_600_000), to: new Date((hour + 1) * 3_600_000) },
  measured: {
    ...{ rows: 1000, metrics: [] },
    watched: {
      ...{ name: 'brier', words: 'Brier score', value, error, higherIsBetter: false },
      ...{ evaluated: EVALUATED, evaluatedError: 0, tolerance: 0 },
    },
  },
});

/** Normal estimates whose windows differ by so many times what their rows say. */
const normal =
  (dispersion: number, shift = 0) =>
  (random: Random): Figure => ({
    value: EVALUATED + shift + 0.01 * dispersion * random.normal(),
    error: 0.01,
  });

/** As with labels: the mean of 100 losses of 0 and 1, and the standard error that they have. */
const labelled =
  (share: number) =>
  (random: Random): Figure => {
    let sum = 0;
    for (let row = 0; row < 100; row += 1) sum += random.uniform() < share ? 1 : 0;
    const mean = sum / 100;
    const error = Math.sqrt((mean * (1 - mean)) / 98) || 0.01;
    return { value: EVALUATED + mean - share, error };
  };

/** Alarms over windows in order, and the first window with one. */
function watch(draw: (random: Random) => Figure, windows: number, seed = 1) {
  const random = createRandom(seed);
  const past: Measurement<EstimatedMeasurement>[] = [];
  let [alarms, isOpen] = [0, false];
  let first: number | undefined;
  for (let at = 0; at < windows; at += 1) {
    const latest = windowOf(draw(random), at);
    const { status, over } = judge(latest, past, monitor);
    if (status === 'alert' && !isOpen) {
      first ??= at;
      alarms += 1;
      isOpen = true;
    }
    if (over) isOpen = false;
    past.push(latest);
    if (past.length > FAR_BACK) past.shift();
  }
  return { alarms, first };
}

describe('alarms by estimated performance', () => {
  // The hardest case: no tolerance, and an evaluation that is known exactly. Five are allowed in ten years.
  it.each([
    ['windows that differ as their rows say', normal(1)],
    ['windows that differ twice as much', normal(2)],
    ['windows that differ as much as days of flights', normal(3.2)],
    ['a hundred labels a window, errors rare', labelled(0.05)],
    ['a hundred labels a window, errors frequent', labelled(0.8)],
    ['a hundred labels a window', labelled(0.5)],
  ])(`keep to one false alarm in two years over ${YEARS} years: %s`, (_, draw) => {
    const found = watch(draw, (YEARS * 8760) / HOURS);
    expect(found.alarms).toBeLessThanOrEqual(5);
  });

  it('come soon after a loss, also one that no window alone would show', () => {
    expect(watch(normal(1, 0.1), 200).first).toBeLessThanOrEqual(8);
    expect(watch(normal(1, 0.02), 200).first).toBeLessThan(100);
  });
});
