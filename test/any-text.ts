import fc from 'fast-check';

const point = fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));

/**
 * Text of any characters. As `fc.string({ unit: 'binary' })` makes it, which takes a second to list all characters
 * first.
 */
export const anyCharacters = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(point, { maxLength }).map((points) => String.fromCodePoint(...points));
