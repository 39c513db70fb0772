import { expect, it } from 'vitest';
import { createRecentIds } from '../../src/serving/recent.ts';

const one = (id: string, x: number, text = '') => ({ ids: [id], rows: 1, columns: [[x], [text]] });

it('distinguishes a retry from an ID that is reused with other inputs, for each model', () => {
  const recent = createRecentIds();
  expect(recent.remember('flights', one('a', 1))).toEqual([]);
  expect(recent.remember('flights', one('a', 1))).toEqual([]);
  expect(recent.remember('taxis', one('a', 2))).toEqual([]);
  expect(recent.remember('flights', one('a', 1, 'x'))).toEqual(['a']);
  expect(recent.remember('flights', one('a', 1, 'x'))).toEqual([]);
  expect(recent.knows('flights', 'a')).toBe(true);
  expect(recent.knows('trains', 'a')).toBe(false);
  recent.remember('flights', { ids: 'r', rows: 2, columns: [[1, 2]] });
  expect(['r#0', 'r#1', 'r#2'].map((id) => recent.knows('flights', id))).toEqual([
    true,
    true,
    false,
  ]);
});

it('holds the last ids, forgets the oldest, and stays as large as it is', () => {
  const recent = createRecentIds(100);
  for (let row = 0; row < 10_000; row += 1) {
    expect(recent.remember('flights', one(`${row}`, row))).toEqual([]);
    for (const back of [0, 50, 99])
      if (row >= back) expect(recent.knows('flights', `${row - back}`)).toBe(true);
    if (row >= 201) expect(recent.knows('flights', `${row - 201}`)).toBe(false);
  }
});
