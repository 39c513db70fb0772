import { expect, it } from 'vitest';
import { parseWords } from '../../src/core/parse-words.ts';

const options = { columns: { type: 'string' }, json: { type: 'boolean' } } as const;

it.each([
  [['--colums', 'a'], 'There is no option "--colums". Did you mean "--columns"?'],
  [['-x'], 'There is no option "-x".'],
  [['--columns'], '--columns needs a value.'],
  [['--columns', '--json'], '--columns needs a value.'],
  [['--json=yes'], '--json takes no value.'],
  [['more'], '"more" is one word too many.'],
])('%j: %s', (args, message) => {
  expect(() => parseWords({ args, options }, 'drift A B')).toThrow(
    expect.objectContaining({ message, next: 'Usage: drift A B' }),
  );
});

it('gives the values', () => {
  const { values } = parseWords({ args: ['--columns', 'a', '--json'], options }, '');
  expect({ ...values }).toEqual({ columns: 'a', json: true });
});
