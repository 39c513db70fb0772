import { expect, it } from 'vitest';
import { kindInWords, runState } from '../../src/cards/run-state.ts';
import { RUN } from '../../src/wiring/samples/things.ts';

it.each([
  ['train', [], 'train'],
  ['compare', [1, 2, 3], 'compare v2, v3 with v1'],
  ['what-if', [2], 'what if v2'],
  ['probe', [], 'probe'],
] as const)('says in a list what a run of the kind %s does', (kind, versions, words) => {
  expect(kindInWords({ ...RUN, kind, versions: [...versions] })).toBe(words);
});

it('shows the trace of a run that failed, where there is one', () => {
  const failed = { ...RUN, status: 'failed' as const, error: 'The program ended with code 1.' };
  const footer = (trace: object) => runState({ ...failed, ...trace }).card.footer;
  expect(footer({ trace: '0af7651916cd43dd8448eb211c80319c' })).toBe(
    `${RUN.id} · trace 0af7651916cd43dd8448eb211c80319c`,
  );
  expect(footer({})).toBe(RUN.id);
});
