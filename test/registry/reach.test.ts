import { mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { inWords, Unreachable } from '../../src/core/errors.ts';
import { reach } from '../../src/registry/reach.ts';

function failingWith(code: number | undefined) {
  const error = new mongo.MongoServerError({ code, message: 'what the server said' });
  return reach('storing the run', () => Promise.reject(error)).catch((fault: unknown) => fault);
}

describe('registry/reach', () => {
  it.each([
    [14031, /disk of the store is full, so nothing was stored.*Free space/],
    [10334, /larger than the 16 MiB.*nothing was stored/],
    [115, /does not support an operation that this needs \(what the server said\).*MongoDB 5/],
    [238, /does not support an operation that this needs \(what the server said\).*MongoDB 5/],
    [13, /rejected the user name or password.*MONGODB_URI/],
    [18, /rejected the user name or password.*MONGODB_URI/],
  ])('explains code %d, instead of suggesting that MongoDB is down', async (code, words) => {
    const fault = await failingWith(code);
    expect(fault).toBeInstanceOf(Unreachable);
    expect(inWords(fault)).toMatch(words);
    expect(inWords(fault)).toMatch(/^storing the run: /);
    expect(inWords(fault)).not.toContain('Check that MongoDB is running');
  });

  it.each([undefined, 91, 189])('suggests that MongoDB may be down at code %s', async (code) => {
    expect(inWords(await failingWith(code))).toContain('Check that MongoDB is running');
  });

  it.each([2, 9, 66])('passes on our own mistakes: code %d', async (code) => {
    expect(await failingWith(code)).toBeInstanceOf(mongo.MongoServerError);
  });
});
