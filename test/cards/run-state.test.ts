import { expect, it } from 'vitest';
import { kindInWords } from '../../src/cards/run-state.ts';
import { RUN } from '../../src/wiring/samples/things.ts';

it.each([
  ['train', [], 'train'],
  ['compare', [1, 2, 3], 'compare v2, v3 with v1'],
  ['what-if', [2], 'what if v2'],
  ['probe', [], 'probe'],
] as const)('says in a list what a run of the kind %s does', (kind, versions, words) => {
  expect(kindInWords({ ...RUN, kind, versions: [...versions] })).toBe(words);
});
