import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../examples/flights/flights.ts';
import { oneOf, Unusable } from '../../../examples/flights/program.ts';

describe('examples/flights/program', () => {
  it('accepts an argument that is one of the choices, and lists them otherwise', () => {
    expect(oneOf(LABELS, 'delay', 'the label')).toBe('delay');
    const refused = (word?: string) => () => oneOf(LABELS, word, 'the label');
    expect(refused('cancelled')).toThrow(Unusable);
    expect(refused('cancelled')).toThrow(
      'starting: the argument is the label, one of late, delay, lateness; it is cancelled',
    );
    expect(refused()).toThrow(/; it is missing$/);
    expect(refused('toString')).toThrow(Unusable);
  });
});
