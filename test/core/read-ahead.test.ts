import { describe, expect, it } from 'vitest';
import { readAhead } from '../../src/core/read-ahead.ts';

/** Numbers from 1, with a record of what happened; fails after some. */
function counted(most: number, failsAfter = Number.POSITIVE_INFINITY) {
  const happened: string[] = [];
  async function* source() {
    try {
      for (let at = 1; at <= most; at += 1) {
        if (at > failsAfter) throw new Error(`no ${at}`);
        happened.push(`read ${at}`);
        yield at;
      }
    } finally {
      happened.push('closed');
    }
  }
  return { happened, source: source() };
}

describe('core/read-ahead', () => {
  it('hands out the same items, and reads each while the one before it is worked on', async () => {
    const { happened, source } = counted(3);
    for await (const item of readAhead(source)) {
      await Promise.resolve();
      happened.push(`worked on ${item}`);
    }
    expect(happened).toEqual([
      ...['read 1', 'read 2', 'worked on 1', 'read 3', 'worked on 2', 'closed', 'worked on 3'],
    ]);
  });

  it('closes what it reads from if it is left early', async () => {
    const { happened, source } = counted(9);
    for await (const item of readAhead(source)) if (item === 2) break;
    expect(happened.at(-1)).toBe('closed');
    expect(happened).not.toContain('read 4');
  });

  it('passes on a failure after what was read before it, also if nobody waits for it', async () => {
    const { happened, source } = counted(9, 2);
    const seen: number[] = [];
    await expect(async () => {
      for await (const item of readAhead(source)) seen.push(item);
    }).rejects.toThrow('no 3');
    expect(seen).toEqual([1, 2]);
    expect(happened.at(-1)).toBe('closed');
    const other = counted(9, 1);
    for await (const _ of readAhead(other.source)) break;
    expect(other.happened).toEqual(['read 1', 'closed']);
  });
});
