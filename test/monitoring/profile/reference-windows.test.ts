import { describe, expect, it } from 'vitest';
import { buildSpec } from '../../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../../src/monitoring/profile/profile.ts';
import {
  buildReferenceWindows,
  readReferenceWindows,
} from '../../../src/monitoring/profile/reference-windows.ts';

const HOUR = 3_600_000;
const FIRST = Date.parse('2001-01-01T12:00:00Z');
/** Three days from noon, a row every half hour; every seventh value is missing. */
const values = Array.from({ length: 144 }, (_, row) => (row % 7 === 0 ? null : row % 30));
const times = values.map((_, row) => FIRST + (row * HOUR) / 2);
const window = { from: new Date(FIRST), to: new Date(FIRST + 72 * HOUR) };
const reference = {
  distance: profileOf(buildSpec(values), values),
  score: profileOf(buildSpec([0, 1], { kind: 'numeric' }), [0, 1]),
};
const built = (given: readonly number[] = times) =>
  buildReferenceWindows(reference, [{ window, times: given, columns: { distance: values } }]);
const read = (bytes: Uint8Array | undefined, hours: number, minRows = 1) =>
  readReferenceWindows(bytes ?? new Uint8Array(), reference, { hours, minRows });

describe('the windows of a reference', () => {
  it('are those that it has entirely, with the counts of a profile of their rows', () => {
    const days = read(built(), 24);
    expect(days.map(({ start }) => new Date(start).toISOString().slice(0, 10))).toEqual([
      '2001-01-02',
      '2001-01-03',
    ]);
    for (const { start, columns } of days) {
      const inside = values.filter(
        (_, row) => (times[row] ?? 0) >= start && (times[row] ?? 0) < start + 24 * HOUR,
      );
      const { counts, count, nulls } = profileOf(reference.distance.spec, inside);
      expect(columns).toMatchObject({ distance: { counts, count, nulls } });
      expect(Object.keys(columns)).toEqual(['distance']);
    }
    expect(read(built(), 1)).toHaveLength(72);
    expect(read(built(), 168)).toEqual([]);
  });

  it('leave out windows with fewer rows than are judged, and rows without a time', () => {
    expect(read(built(), 24, 48)).toHaveLength(2);
    expect(read(built(), 24, 49)).toEqual([]);
    const some = times.map((time, row) => (row < 100 ? Number.NaN : time));
    expect(read(built(some), 1)).toHaveLength(22);
  });

  it('are none without times', () => {
    expect(built([])).toBeUndefined();
    expect(built(times.map(() => Number.NaN))).toBeUndefined();
  });
});
