import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asOneFile, filesBeside } from '../../src/onnx/inline.ts';
import { readModel } from '../../src/onnx/read.ts';
import { Malformed } from '../../src/onnx/wire.ts';
import { tinyModel } from '../serving/tiny-model.ts';
import { graph, model, outside, placesOf } from './places.ts';
import { encode } from './proto.ts';

const VALUES = Buffer.from('12345678');
const { data_location: _, external_data: __, ...rest } = outside;
const inside = { ...rest, raw_data: VALUES };
const files = new Map([['weights.bin', VALUES]]);
const withTensor = (one: object) => encode(model({ graph: { ...graph, initializer: [one] } }));
const entries = (fields: Record<string, string>) => ({
  ...outside,
  external_data: Object.entries(fields).map(([key, value]) => ({ key, value })),
});

describe('onnx/inline', () => {
  it.each(Object.entries(placesOf(outside)))('makes one file of weights in %s', (name, place) => {
    const bytes = encode(model(place));
    expect(filesBeside(bytes)).toEqual(['weights.bin']);
    const one = Buffer.from(asOneFile(bytes, files));
    expect(readModel(one).external.count).toBe(0);
    expect(one.equals(encode(model(placesOf(inside)[name] ?? {})))).toBe(true);
  });

  it('takes the part of the file that the tensor names', () => {
    const part = entries({ location: 'weights.bin', offset: '2', length: '4' });
    const one = Buffer.from(asOneFile(withTensor(part), files));
    expect(one.equals(withTensor({ ...rest, raw_data: Buffer.from('3456') }))).toBe(true);
  });

  it('gives a model that has all its values as it is', () => {
    const bytes = tinyModel({ weights: { a: 1 }, categories: { c: { x: 1 } }, bias: 0 });
    expect(filesBeside(bytes)).toEqual([]);
    expect(asOneFile(bytes, new Map())).toBe(bytes);
  });

  it.each([
    ['a file that is not there', { location: 'other.bin' }, 'its file "other.bin" is missing'],
    ['no file', { offset: '1' }, 'its file "" is missing'],
    ['more than the file has', { location: 'weights.bin', length: '9' }, 'is shorter than it says'],
    ['a place behind it', { location: 'weights.bin', offset: '9' }, 'is shorter than it says'],
    ['a length that is none', { location: 'weights.bin', length: '-1' }, 'is no number'],
    ['a place that is none', { location: 'weights.bin', offset: '1e3' }, 'is no number'],
  ])('refuses a tensor that names %s', (_name, fields, words) => {
    const bytes = withTensor(entries(fields));
    expect(() => asOneFile(bytes, files)).toThrow(words);
  });

  it('refuses a small model that would become a huge file', () => {
    const whole = entries({ location: 'weights.bin' });
    const bytes = encode(model({ graph: { ...graph, initializer: Array(17).fill(whole) } }));
    const large = new Map([['weights.bin', Buffer.alloc(64 * 1024 * 1024)]]);
    expect(() => asOneFile(bytes, large)).toThrow('larger than 1024 MB');
  });

  it('reads damaged files to the end or refuses them', () => {
    const whole = Buffer.from(withTensor(outside));
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          asOneFile(bytes, files);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
    );
  });
});
