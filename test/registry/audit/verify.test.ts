import { describe, expect, it } from 'vitest';
import {
  type AuditRow,
  BEGINNING,
  sealAfter,
  type Unsealed,
} from '../../../src/registry/audit/chain.ts';
import { verifyChain } from '../../../src/registry/audit/verify.ts';

/** A chain of this many events. */
function chainOf(count: number): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let n = 1; n <= count; n++) rows.push(sealed(unsealed(n), rows.at(-1) ?? BEGINNING));
  return rows;
}

const unsealed = (n: number): Unsealed => ({
  ...{ _id: `event-${n}`, at: new Date(n * 1000), by: 'ada', action: 'deployment.live' },
  ...{ subject: `deployment-${n}`, model: 'flights', via: 'queue', after: { version: n } },
});

const sealed = (event: Unsealed, head: { sequence: number; hash: string }): AuditRow => ({
  ...event,
  ...sealAfter(head, event),
});

/** In the order of the database: by sequence, those without one first. */
async function* stored(rows: readonly object[]) {
  yield* rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}
const placeOf = (row: object) => ('sequence' in row ? Number(row.sequence) : 0);

const verify = (rows: readonly object[], posted?: { sequence: number; hash: string }) =>
  verifyChain(stored(rows), posted);

const rows = chainOf(9);
const at = (n: number): AuditRow => rows[n - 1] ?? sealed(unsealed(n), BEGINNING);
const but = (n: number, ...instead: object[]) =>
  rows.flatMap((row) => (row === at(n) ? instead : [row]));

describe('registry/audit/verify', () => {
  it('accepts an unchanged chain, and returns its head', async () => {
    expect(await verify(rows)).toEqual({ head: { sequence: 9, hash: at(9).hash } });
    expect(await verify([])).toEqual({ head: BEGINNING });
  });

  it.each<[string, Partial<Record<keyof AuditRow | 'note', unknown>>]>([
    ['who', { by: 'eve' }],
    ['when', { at: new Date(5001) }],
    ['what', { action: 'deployment.rollback' }],
    ['the subject', { subject: 'deployment-6' }],
    ['the model', { model: 'churn' }],
    ['the environment', { environment: 'staging' }],
    ['from where', { via: 'web' }],
    ['what it was before', { before: null }],
    ['what it is after', { after: { version: 6 } }],
    ['the id', { _id: 'event-five' }],
    ['its hash', { hash: 'f'.repeat(64) }],
    ['the hash before', { previous: 'f'.repeat(64) }],
    ['the type of its time', { at: '1970-01-01T00:00:05.000Z' }],
    ['a field more', { note: 'nothing to see here' }],
  ])('names an event that was edited: %s', async (_, edit) => {
    const { head, fault } = await verify(but(5, { ...at(5), ...edit }));
    expect(head).toEqual({ sequence: 4, hash: at(4).hash });
    expect(fault).toMatchObject({ sequence: 5, what: expect.stringContaining('was edited') });
  });

  it('names a field that was taken away', async () => {
    const { model: _, ...rest } = at(5);
    expect((await verify(but(5, rest))).fault).toMatchObject({ sequence: 5 });
  });

  it('names an event that was edited and given a hash to fit', async () => {
    const forged = sealed({ ...unsealed(5), by: 'eve' }, at(4));
    const { fault } = await verify(but(5, forged));
    expect(fault).toMatchObject({
      sequence: 6,
      what: 'Event 6 (event-6) does not follow event 5: one of them was replaced, with a hash to fit.',
    });
  });

  it('names what is missing: one, several, the first', async () => {
    expect((await verify(but(5))).fault).toEqual({ sequence: 5, what: 'Event 5 is missing.' });
    const gap = rows.filter((row) => row.sequence < 3 || row.sequence > 6);
    expect((await verify(gap)).fault).toEqual({ sequence: 3, what: 'Events 3 to 6 are missing.' });
    expect((await verify(rows.slice(1))).fault).toMatchObject({ sequence: 1 });
  });

  it('finds inserted events: without a number, with the number of another, and after the end', async () => {
    const { fault } = await verify([...rows, unsealed(10)]);
    expect(fault).toMatchObject({ id: 'event-10', what: expect.stringContaining('inserted') });
    const twin = sealed({ ...unsealed(5), _id: 'twin' }, at(4));
    const twice = await verify([...rows.slice(0, 5), twin, ...rows.slice(5)]);
    expect(twice.fault).toMatchObject({ sequence: 5, what: expect.stringContaining('inserted') });
    const last = sealed(unsealed(10), { sequence: 9, hash: 'f'.repeat(64) });
    expect((await verify([...rows, last])).fault).toMatchObject({ sequence: 10 });
  });

  it('names two that were swapped', async () => {
    const swapped = rows.map((row) =>
      row === at(4) ? { ...row, sequence: 5 } : row === at(5) ? { ...row, sequence: 4 } : row,
    );
    expect((await verify(swapped)).fault).toMatchObject({ sequence: 4 });
  });

  it('detects a cut at the end, or a rewritten chain, only with a posted head', async () => {
    const posted = { sequence: 9, hash: at(9).hash };
    expect((await verify(rows, posted)).fault).toBeUndefined();
    expect((await verify(rows.slice(0, 6))).fault).toBeUndefined();
    expect((await verify(rows.slice(0, 6), posted)).fault).toEqual({
      sequence: 7,
      what: 'Events 7 to 9 are missing.',
    });
    const anew: AuditRow[] = [];
    for (const row of rows) {
      const { sequence: _, previous: __, hash: ___, ...event } = row;
      anew.push(sealed({ ...event, by: 'eve' }, anew.at(-1) ?? BEGINNING));
    }
    expect((await verify(anew)).fault).toBeUndefined();
    expect((await verify(anew, posted)).fault).toMatchObject({
      sequence: 9,
      what: expect.stringContaining('the chain up to it was written anew'),
    });
  });
});
