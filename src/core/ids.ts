import { createHash } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * An ID of eight characters derived from its parts, so that an event that arrives twice, or a retried job,
 * creates the same object and not a second one. Crockford's base 32: no two characters are easily confused
 * when typed.
 */
export function deriveId(kind: string, ...parts: readonly (string | number)[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest();
  const letters = [...digest.subarray(0, 8)].map((byte) => ALPHABET[byte % 32]);
  return `${kind}-${letters.join('')}`;
}
