import { describe, expect, it } from 'vitest';
import { onsetOf } from '../../../../src/monitoring/kinds/drift/onset.ts';

const windows = (marks: string) => [...marks].map((mark, at) => ({ at, drifted: mark === 'x' }));

describe('monitoring/kinds/drift/onset', () => {
  it.each([
    ['...xx', 3],
    ['x.x.x', 0],
    ['x...xx', 4],
    ['x..xx', 0],
    ['xxxxx', 0],
    ['....x', 4],
    ['xx..', 0],
  ])('%s begins at %i, where three quiet windows end an alert', (marks, at) => {
    expect(onsetOf(windows(marks), 3)?.at).toBe(at);
  });

  it('is undefined if nothing has drifted, or the drift is over', () => {
    expect(onsetOf(windows('.....'), 3)).toBeUndefined();
    expect(onsetOf(windows('xx...'), 3)).toBeUndefined();
    expect(onsetOf([], 3)).toBeUndefined();
  });
});
