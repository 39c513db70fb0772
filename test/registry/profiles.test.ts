import { afterAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { ProfileDocument } from '../../src/core/ports/profiles.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { profiles } = library.registry;

const FLIGHTS = { model: 'flights', environment: 'production' };
const STAGING = { ...FLIGHTS, environment: 'staging' };
const hour = (n: number) => new Date(Date.UTC(2001, 1, 1, n));

function document(n: number, given: Partial<ProfileDocument<Json>> = {}): ProfileDocument<Json> {
  return {
    ...FLIGHTS,
    version: 1,
    bucket: hour(n),
    minutes: 60,
    rows: 3,
    features: { 'dep.delay': { counts: [1, 2], missing: 0 }, $where: { counts: [0, 3] } },
    answers: { score: { counts: [2, 1] } },
    latest: hour(n + 1),
    applied: { '2001-02-01.jsonl': 1234, $odd: 1 },
    revision: 0,
    ...given,
  };
}

describe('registry/profiles', () => {
  it('returns what was saved, for any names', async () => {
    expect(await profiles.load(FLIGHTS, 1, hour(0))).toBeUndefined();
    expect(await profiles.save(document(0), 0)).toBe(true);
    expect(await profiles.load(FLIGHTS, 1, hour(0))).toEqual(document(0, { revision: 1 }));
  });

  it('saves only if nothing changed since it was read', async () => {
    expect(await profiles.save(document(0), 0)).toBe(false);
    const next = document(0, { rows: 4, answers: {} });
    const saves = await Promise.all([1, 2, 3, 4].map(() => profiles.save(next, 1)));
    expect(saves.filter(Boolean)).toHaveLength(1);
    expect(await profiles.save(next, 1)).toBe(false);
    expect(await profiles.load(FLIGHTS, 1, hour(0))).toEqual({ ...next, revision: 2 });
    const firsts = await Promise.all([1, 2, 3, 4].map(() => profiles.save(document(9), 0)));
    expect(firsts.filter(Boolean)).toHaveLength(1);
  });

  it('lists the buckets of a window in order, and how far they go', async () => {
    for (const n of [3, 2, 4]) await profiles.save(document(n, { version: 2 }), 0);
    const listed = await profiles.list(FLIGHTS, 2, { from: hour(2), to: hour(4) });
    expect(listed.map(({ bucket }) => bucket)).toEqual([hour(2), hour(3)]);
    expect(await profiles.watermark(FLIGHTS, 2)).toEqual(hour(5));
    expect(await profiles.watermark(FLIGHTS, 3)).toBeUndefined();
  });

  it('keeps environments apart', async () => {
    expect(await profiles.save(document(20, { rows: 1 }), 0)).toBe(true);
    expect(await profiles.load(STAGING, 1, hour(20))).toBeUndefined();
    expect(await profiles.save(document(20, { ...STAGING, rows: 7 }), 0)).toBe(true);
    expect(await profiles.load(FLIGHTS, 1, hour(20))).toMatchObject({ rows: 1 });
    expect(await profiles.load(STAGING, 1, hour(20))).toMatchObject({ rows: 7 });
    const all = { from: hour(20), to: hour(21) };
    expect(await profiles.list(STAGING, 1, all)).toMatchObject([{ environment: 'staging' }]);
    await profiles.saveCursor(STAGING, { a: 1 });
    expect(await profiles.loadCursor(FLIGHTS)).toEqual({});
  });

  it('keeps a cursor', async () => {
    expect(await profiles.loadCursor(FLIGHTS)).toEqual({});
    await Promise.all([1, 2, 3].map((n) => profiles.saveCursor(FLIGHTS, { 'a.jsonl': n })));
    await profiles.saveCursor(FLIGHTS, { 'b.c.jsonl': 9 });
    expect(await profiles.loadCursor(FLIGHTS)).toEqual({ 'b.c.jsonl': 9 });
  });
});
