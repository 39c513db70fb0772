import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Told, turnOf } from '../../src/monitoring/course.ts';

const told: Told = { signals: ['lateness'], size: 0.2 };
const at = (size: number, ...signals: string[]): Told => ({ signals, size });
const same = at(0.2, 'lateness');

describe('monitoring/course', () => {
  it('has nothing to tell about windows with the same finding, however many', () => {
    // Five months of weekly windows of the demo: the size varies, and is not news.
    const sizes = [0.23, 0.27, 0.24, 0.22, 0.25, 0.19, 0.21, 0.28, 0.26, 0.2, 0.18, 0.22, 0.24];
    const windows = sizes.map((size) => at(size, 'lateness'));
    for (let n = 1; n <= windows.length; n += 1)
      expect(turnOf(told, windows.slice(0, n))).toBeUndefined();
  });

  it('is worse at once with another signal, which it then knows', () => {
    const turn = turnOf(told, [same, at(0.2, 'lateness', 'score')]);
    expect(turn).toMatchObject({ kind: 'worse', joined: ['score'], left: [] });
    expect(turn?.told.signals).toEqual(['lateness', 'score']);
    expect(turn && turnOf(turn.told, [at(0.2, 'lateness', 'score')])).toBeUndefined();
  });

  it('tells nothing that another monitor of the alert has told, or tells itself', () => {
    const none = { told: [], found: [], measured: false };
    const both = [same, at(0.2, 'lateness', 'score')];
    expect(turnOf(told, both, { ...none, told: ['score'] })).toBeUndefined();
    // What another monitor still finds is not over; one of them gives the size.
    const gone = [1, 2, 3].map(() => at(0.2));
    const known = { ...told, signals: ['lateness', 'hour'] };
    const some = gone.map((one) => ({ ...one, signals: ['hour'] }));
    expect(turnOf(known, some)?.left).toEqual(['lateness']);
    expect(turnOf(known, some, { ...none, found: ['lateness'] })).toBeUndefined();
    const larger = [at(0.5, 'lateness'), at(0.5, 'lateness')];
    expect(turnOf(told, larger)?.kind).toBe('worse');
    expect(turnOf(told, larger, { ...none, measured: true })).toBeUndefined();
  });

  it('is worse when it is half as large again in two windows in a row', () => {
    expect(turnOf(told, [same, at(0.4, 'lateness')])).toBeUndefined();
    expect(turnOf(told, [at(0.31, 'lateness'), same, at(0.4, 'lateness')])).toBeUndefined();
    expect(turnOf(told, [at(0.4, 'lateness'), at(0.31, 'lateness')])).toMatchObject({
      ...{ kind: 'worse', joined: [], size: { before: 0.2, now: 0.31 }, told: { size: 0.31 } },
    });
  });

  it('is better after three windows that agree', () => {
    const less = at(0.13, 'lateness');
    expect(turnOf(told, [same, less, less])).toBeUndefined();
    expect(turnOf(told, [less, less, less])).toMatchObject({
      kind: 'better',
      told: { size: 0.13 },
    });
    const both = { ...told, signals: ['lateness', 'score'] };
    expect(turnOf(both, [same, same, same])).toMatchObject({ kind: 'better', left: ['score'] });
  });

  it('leaves it to the monitor whether it is over', () => {
    expect(turnOf(told, [at(0.01), at(0.01), at(0.01)])).toBeUndefined();
    expect(turnOf(told, [])).toBeUndefined();
  });

  it('does not repeat a message about the same windows', () => {
    const window = fc.record({
      signals: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
      size: fc.double({ min: 0, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(window, fc.array(window, { maxLength: 6 }), (before, windows) => {
        const turn = turnOf(before, windows);
        if (turn) expect(turnOf(turn.told, windows)?.joined ?? []).toEqual([]);
        if (turn?.kind === 'worse') expect(turnOf(turn.told, windows)?.kind).not.toBe('worse');
      }),
    );
  });
});
