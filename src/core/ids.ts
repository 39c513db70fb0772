import { createHash } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * An id of eight characters that follows from its parts, so that an event which arrives twice, or a
 * job that is tried again, makes the same thing rather than a second one. Crockford's base 32: no
 * letter is mistaken for another when typed.
 */
export function deriveId(kind: string, ...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest();
  const letters = [...digest.subarray(0, 8)].map((byte) => ALPHABET[byte % 32]);
  return `${kind}-${letters.join('')}`;
}
