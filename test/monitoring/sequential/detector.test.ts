import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../bench/alarms/random.ts';
import { buildSpec } from '../../../src/monitoring/profile/build-spec.ts';
import { createProfile, profileOf } from '../../../src/monitoring/profile/profile.ts';
import { advance } from '../../../src/monitoring/sequential/advance.ts';
import { baselineOf, commonCorrelation } from '../../../src/monitoring/sequential/baseline.ts';
import {
  createDetector,
  type Detector,
  readingsOf,
  smallestShift,
} from '../../../src/monitoring/sequential/detector.ts';
import { fitOf } from '../../../src/monitoring/sequential/fit.ts';
import { gaugesOf } from '../../../src/monitoring/sequential/gauges.ts';
import { emptyState, readState } from '../../../src/monitoring/sequential/state.ts';
import type { GaugeWindow, ProfiledWindow } from '../../../src/monitoring/sequential/windows.ts';

const DAY_MS = 86_400_000;
const BUDGET = 730;
const random = createRandom(3);
const numbers = (rows: number, shift = 0) =>
  Array.from({ length: rows }, () => random.normal() + shift);
const letters = (rows: number, c = 0) =>
  Array.from({ length: rows }, () =>
    random.uniform() < c ? 'c' : random.uniform() < 0.6 ? 'a' : 'b',
  );

const specs = {
  number: buildSpec(numbers(1000)),
  letter: buildSpec(['a', 'b']),
  same: buildSpec([7, 7, 7]),
};
type Rows = { [name in keyof typeof specs]: readonly unknown[] };
const plain = (): Rows => ({
  number: numbers(100),
  letter: letters(100),
  same: Array(100).fill(7),
});

function windowOf(day: number, rows: Rows): ProfiledWindow {
  const columns = {
    number: profileOf(specs.number, rows.number),
    letter: profileOf(specs.letter, rows.letter),
    same: profileOf(specs.same, rows.same),
  };
  return { start: day * DAY_MS, columns };
}

const reference = {
  number: profileOf(specs.number, numbers(3000)),
  letter: profileOf(specs.letter, letters(3000)),
  same: profileOf(specs.same, [7, 7, 7]),
};
const learnt = (days: number) =>
  createDetector(
    reference,
    Array.from({ length: days }, (_, day) => windowOf(day, plain())),
    24,
  );

/** Days of these rows after the 60 reference days, and the first alarm. */
function firstAlarm(detector: Detector, days: number, rows: (day: number) => Rows) {
  let state = emptyState(detector.known.length);
  for (let day = 60; day < 60 + days; day += 1) {
    const step = advance(state, readingsOf(detector, windowOf(day, rows(day))), BUDGET);
    if (step.alarm) return { ...step.alarm, day, after: step.state };
    state = step.state;
  }
  return undefined;
}

/** What a gauge with this variance per row learns from its windows. */
function learn(variance: number, windows: readonly GaugeWindow[], hours: number, common?: number) {
  const fit = fitOf(windows, hours);
  return fit && baselineOf(fit, variance, hours, common);
}

describe('a detector with an error budget', () => {
  const detector = learnt(60);

  it('raises no alarm as long as nothing changes', () => {
    expect(firstAlarm(detector, 60, plain)).toBeUndefined();
  });

  it.each([
    ['number', 'location up', () => ({ ...plain(), number: numbers(100, 1) })],
    ['number', 'location down', () => ({ ...plain(), number: numbers(100, -1) })],
    ['number', 'spread up', () => ({ ...plain(), number: numbers(100).map((value) => 3 * value) })],
    [
      'number',
      'null up',
      () => ({ ...plain(), number: numbers(100).map((n, at) => (at < 10 ? null : n)) }),
    ],
    [
      'number',
      'unusable up',
      () => ({ ...plain(), number: numbers(100).map((n, at) => (at < 9 ? Number.NaN : n)) }),
    ],
    ['letter', 'unseen up', () => ({ ...plain(), letter: letters(100, 0.1) })],
    [
      'same',
      'unseen up',
      () => ({ ...plain(), same: [...Array(90).fill(7), ...Array(10).fill(8)] }),
    ],
  ])('names %s for %s, and since when', (column, what, changed) => {
    const alarm = firstAlarm(detector, 30, (day) => (day < 70 ? plain() : changed()));
    expect(alarm?.moved[0]).toMatchObject({ column });
    expect(alarm?.moved.map(({ gauge, direction }) => `${gauge} ${direction}`)).toContain(what);
    expect(Math.abs((alarm?.since ?? 0) / DAY_MS - 70)).toBeLessThanOrEqual(2);
    expect(alarm?.evidence).toBeGreaterThanOrEqual(BUDGET);
    // Evidence starts from nothing again.
    expect(Math.max(...(alarm?.after.sums ?? [1]))).toBe(0);
  });

  it('lasts until the change is over, and takes a second one into the same alarm', () => {
    let state = emptyState(detector.known.length);
    const seen: string[] = [];
    for (let day = 60; day < 130; day += 1) {
      const rows = { ...plain() };
      if (day >= 65 && day < 85) rows.number = numbers(100, 1);
      if (day >= 75 && day < 95) rows.letter = letters(100, 0.2);
      const step = advance(state, readingsOf(detector, windowOf(day, rows)), BUDGET);
      state = step.state;
      if (step.alarm) seen.push(`${day < 75 ? 'first' : 'again'}`);
      if (step.over && seen.length > 0) seen.push(`over ${day > 95}`);
      if (seen.at(-1) === 'over true') break;
    }
    expect(seen[0]).toBe('first');
    expect(seen).toContain('again');
    expect(seen.at(-1)).toBe('over true');
    expect(seen.filter((what) => what.startsWith('over'))).toHaveLength(1);
    expect(state.open).toBeUndefined();
  });

  it('passes over windows without rows, and takes no one window for a change', () => {
    const none = firstAlarm(detector, 20, () => ({ number: [], letter: [], same: [] }));
    expect(none).toBeUndefined();
    const once = firstAlarm(detector, 20, (day) =>
      day === 65 ? { ...plain(), number: Array(100).fill(null) } : plain(),
    );
    expect(once).toBeUndefined();
  });

  it('continues from its state as stored JSON', () => {
    const gauges = detector.known.length;
    const first = readingsOf(detector, windowOf(60, plain()));
    const second = readingsOf(detector, windowOf(61, plain()));
    const { state } = advance(emptyState(gauges), first, BUDGET);
    const stored = readState(JSON.parse(JSON.stringify(state)), gauges);
    expect(advance(stored, second, BUDGET)).toEqual(advance(state, second, BUDGET));
    for (const other of [undefined, null, 'gone', readState(stored, gauges + 1)])
      expect(readState(other, gauges)).toEqual(emptyState(gauges));
  });

  it('is still learning from too few windows, or from hours that do not show the cycle of a day', () => {
    expect(learnt(0).known).toEqual([]);
    expect(learnt(1).known).toEqual([]);
    expect(learnt(13).known).toEqual([]);
    const windows = (many: number) =>
      Array.from({ length: many }, (_, hour) => ({
        value: random.normal(),
        rows: 50,
        start: hour * 3_600_000,
      }));
    expect(learn(1, windows(95), 1)?.certifies).toBe(false);
    expect(learn(1, windows(96), 1)?.certifies).toBe(true);
    expect(learn(1, [], 1)).toBeUndefined();
  });

  it('certifies smaller shifts with a longer reference', () => {
    const location = (days: number) => {
      const known = learnt(days).known.find(({ gauge }) => gauge.name === 'location');
      return known && smallestShift(known, 100);
    };
    expect(location(300)).toBeLessThan(location(20) ?? 0);
    expect(location(300)).toBeGreaterThan(0);
  });
});

describe('what a reference tells', () => {
  const series = (many: number, value: (at: number) => number) =>
    Array.from({ length: many }, (_, at) => ({ value: value(at), rows: 100, start: at * DAY_MS }));

  it('compares weekdays with the same weekday, where there are four weeks of them', () => {
    const weekly = series(56, (at) => (at % 7 === 0 ? 5 : 0) + random.normal() / 10);
    const known = learn(0, weekly, 24);
    expect(known?.season.phases).toBe(7);
    expect(Math.max(...(known?.means ?? []))).toBeCloseTo(5, 0);
    expect(learn(0, weekly.slice(0, 27), 24)?.season.phases).toBe(1);
  });

  it('counts autocorrelated windows as fewer', () => {
    let x = 0;
    const correlated = series(200, () => {
      x = 0.8 * x + random.normal();
      return x;
    });
    const independent = series(200, () => random.normal());
    const tolerance = (windows: typeof correlated) => learn(0, windows, 24)?.tolerance;
    expect(tolerance(correlated)).toBeGreaterThan(tolerance(independent) ?? 0);
  });

  it('believes in the autocorrelation of its kind where its own windows show less', () => {
    const short = series(20, (at) => (at % 2 === 0 ? 1 : -1));
    const others = Array.from({ length: 20 }, () => {
      let x = 0;
      return fitOf(
        series(20, () => {
          x = 0.6 * x + 0.8 * random.normal();
          return x;
        }),
        24,
      );
    }).flatMap((fit) => fit ?? []);
    const common = commonCorrelation(others);
    expect(common).toBeGreaterThan(0.4);
    expect(common).toBeLessThan(0.8);
    expect(learn(0, short, 24, common)?.correlation).toBeGreaterThan(common ?? 1);
    expect(learn(0, short, 24)?.correlation).toBeLessThan(common ?? 0);
    expect(commonCorrelation([])).toBeUndefined();
  });

  it('measures the side on which a skewed number reaches further', () => {
    const skewed = learn(
      0,
      series(200, () => random.normal() ** 2),
      24,
    )?.tails;
    expect(skewed?.up).toBeGreaterThan(1.2);
    expect(skewed?.down).toBe(1);
  });
});

describe('gauges', () => {
  it('read 0.5 as the location of the reference, and nothing from an empty window', () => {
    const [location] = gaugesOf('number', reference.number);
    expect(location?.read(reference.number)?.value).toBeCloseTo(0.5, 12);
    expect(location?.read(createProfile(specs.number))).toBeUndefined();
    const names = gaugesOf('letter', reference.letter).map(({ name }) => name);
    expect(names).toEqual(['share of a', 'share of b', 'unseen', 'null', 'unusable']);
  });

  it('of an empty reference never certify anything', () => {
    const empty = { number: createProfile(specs.number) };
    expect(createDetector(empty, [{ start: 0, columns: empty }], 24).known).toEqual([]);
  });
});
