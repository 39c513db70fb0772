import { describe, expect, it } from 'vitest';
import { expiresInWords, isOutdated } from '../../src/cards/expiry.ts';

const AT = new Date('2026-11-30T18:00:00Z');
const MINUTE_MS = 60_000;
const earlier = (minutes: number) => new Date(AT.getTime() - minutes * MINUTE_MS);

describe('the countdown of a request', () => {
  it.each([
    [3 * 60, 'expires in 3 h, 18:00 UTC'],
    [4 * 60 - 1, 'expires in 3 h, 18:00 UTC'],
    [60, 'expires in 1 h, 18:00 UTC'],
    [59, 'expires in 50 min, 18:00 UTC'],
    [10, 'expires in 10 min, 18:00 UTC'],
    [9, 'expires in less than 10 min, 18:00 UTC'],
    [0, 'has expired, 18:00 UTC'],
    [-5, 'has expired, 18:00 UTC'],
    [24 * 60, 'expires in 24 h, 30 Nov 2026 18:00 UTC'],
    [48 * 60, 'expires in 2 days, 30 Nov 2026 18:00 UTC'],
    [10 * 24 * 60 - 1, 'expires in 9 days, 30 Nov 2026 18:00 UTC'],
  ])('says, %i minutes before the end, "%s"', (minutes, words) => {
    expect(expiresInWords(AT, earlier(minutes))).toBe(words);
  });

  it('is outdated for a while after each step, so that a late tick finds it too', () => {
    const outdated = (minutes: number) => isOutdated(AT, earlier(minutes), 5 * MINUTE_MS);
    expect(outdated(180)).toBe(false);
    expect(outdated(179)).toBe(true);
    expect(outdated(175.5)).toBe(true);
    expect(outdated(174)).toBe(false);
  });

  it('changes a message at most 30 times a day', () => {
    const words = Array.from({ length: 24 * 60 }, (_, at) => expiresInWords(AT, earlier(at + 1)));
    const steps = words.filter((one, at) => at > 0 && one !== words[at - 1]).length;
    expect(steps).toBeLessThanOrEqual(30);
  });
});
