import { expect, it } from 'vitest';
import { whatIfState } from '../../src/cards/what-if.ts';
import { RUN } from '../../src/wiring/samples/things.ts';

const textOf = (rows: number) => {
  const whatIf = {
    ...{ rows, skipped: rows, same: { rows, different: 0 } },
    flipped: { rows: 1, slices: [] },
  };
  return whatIfState({ ...RUN, kind: 'what-if', status: 'succeeded' }, { whatIf, words: {} }).card
    .text;
};

it('counts one request in the singular', () => {
  const one = textOf(1);
  expect(one).toContain('1 of 1 decision would');
  expect(one).toContain('It answered 1 request itself');
  expect(one).toContain('Left out: 1 request without');
  expect(textOf(1200)).toContain('1 of 1,200 decisions would');
});
