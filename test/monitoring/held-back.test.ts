import { describe, expect, it } from 'vitest';
import { heldBack } from '../../src/monitoring/held-back.ts';

const hour = (n: number) => new Date(Date.UTC(2026, 10, 1, n));
const day = { from: hour(0), to: hour(24) };
/** This many rows in each of these hours. */
const rows = (from: number, to: number, count = 100, late = 0) =>
  Array.from({ length: to - from }, (_, at) => ({
    ...{ bucket: hour(from + at), rows: count },
    ...(late > 0 && { late }),
  }));

describe('a window is held back', () => {
  const judge = (seen: Partial<Parameters<typeof heldBack>[1]>) =>
    heldBack(day, { switches: [], own: rows(-24, 48), all: rows(-24, 48), ...seen });

  it('if something was switched within it', () => {
    expect(judge({ switches: [hour(5)] })).toEqual({ why: 'switch' });
    expect(judge({ switches: [hour(-1), hour(24)] })).toBeUndefined();
  });

  it('if another version alone answered a part of it', () => {
    const own = [...rows(0, 8), ...rows(12, 24)];
    expect(judge({ own })).toEqual({ why: 'others', rows: 400, of: 2400 });
    // Both answered, as when two versions were queried about the same days.
    expect(judge({ all: rows(0, 24, 300) })).toBeUndefined();
    // One late row does not indicate a deployment.
    expect(judge({ own: rows(0, 23), all: [...rows(0, 23), ...rows(23, 24, 1)] })).toBeUndefined();
  });

  it('if rows of a replay come with live ones, and not during a replay', () => {
    expect(judge({ own: [...rows(0, 20), ...rows(20, 24, 100, 60)] })).toEqual({
      ...{ why: 'replay', rows: 240, of: 2400 },
    });
    expect(judge({ own: rows(0, 24, 100, 100) })).toBeUndefined();
    expect(judge({ own: [...rows(0, 23), ...rows(23, 24, 100, 60)] })).toBeUndefined();
  });
});
