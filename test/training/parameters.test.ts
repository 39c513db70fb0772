import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../src/core/errors.ts';
import type { Parameter } from '../../src/core/model.ts';
import { readParameters } from '../../src/training/parameters.ts';
import { flights } from './spec.ts';

const trees: Parameter = { type: 'integer', summary: '', default: 100, min: 1, max: 500 };
const rate: Parameter = { type: 'number', summary: '', default: 0.1, min: 0.01 };
const kind: Parameter = { type: 'string', summary: '', default: 'gbt', choices: ['gbt', 'linear'] };
const deep: Parameter = { type: 'boolean', summary: '', default: false };
const spec = { ...flights, parameters: { trees, rate, kind, deep } };

const read = (given: Record<string, string>) => readParameters(spec, given);

function faultOf(given: Record<string, string>): string {
  try {
    read(given);
  } catch (error) {
    expect(error).toBeInstanceOf(BadInput);
    return String(error);
  }
  throw new Error(`${JSON.stringify(given)} was taken`);
}

describe('training/parameters', () => {
  it('fills in defaults', () => {
    const defaults = { trees: 100, rate: 0.1, kind: 'gbt', deep: false };
    expect(read({})).toEqual(defaults);
    expect(read({ trees: '7', deep: 'true' })).toEqual({ ...defaults, trees: 7, deep: true });
  });

  it.each([
    ['trees', '0', 'a whole number from 1 to 500'],
    ['trees', '501', 'a whole number from 1 to 500'],
    ['trees', '1.5', 'a whole number from 1 to 500'],
    ['trees', '', 'a whole number from 1 to 500'],
    ['trees', 'NaN', 'a whole number from 1 to 500'],
    ['trees', '1e999', 'a whole number from 1 to 500'],
    ['rate', '0.001', 'a number, at least 0.01'],
    ['rate', '0,5', 'a number, at least 0.01'],
    ['kind', 'GBT', 'one of gbt, linear'],
    ['deep', 'yes', 'true or false'],
  ])('refuses %s=%s and says what it expects', (name, text, expected) => {
    expect(faultOf({ [name]: text })).toContain(
      `"${name}" cannot be "${text}": expected ${expected}.`,
    );
  });

  it('reports all errors at once, with suggestions', () => {
    const fault = faultOf({ tress: '5', rate: 'x', toString: 'y' });
    expect(fault).toContain('flights has no parameter "tress". Did you mean "trees"?');
    expect(fault).toContain('"rate" cannot be "x"');
    expect(fault).toContain('flights has no parameter "toString"');
  });

  it('takes nothing for given that only every object has', () => {
    const odd = { ...spec, parameters: { constructor: trees, toString: kind } };
    expect(readParameters(odd, {})).toEqual({ constructor: 100, toString: 'gbt' });
  });

  it('takes every number within the bounds as it is, and none outside', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), (n) => {
        if (n >= 1 && n <= 500) expect(read({ trees: String(n) })).toMatchObject({ trees: n });
        else expect(() => read({ trees: String(n) })).toThrow(BadInput);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0.01, noNaN: true, noDefaultInfinity: true }), (n) => {
        expect(read({ rate: String(n) })).toMatchObject({ rate: n });
      }),
    );
  });

  it('gives each parameter its declared type or refuses it, for any text', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('trees', 'rate', 'kind', 'deep'), fc.string()),
        (given) => {
          try {
            const values = read(given);
            expect(Number.isInteger(values['trees'])).toBe(true);
            expect(Number.isFinite(values['rate'])).toBe(true);
            expect(['gbt', 'linear']).toContain(values['kind']);
            expect(typeof values['deep']).toBe('boolean');
          } catch (error) {
            if (!(error instanceof BadInput)) throw error;
          }
        },
      ),
    );
  });
});
