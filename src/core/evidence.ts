import { createHash } from 'node:crypto';

/** SHA-256, in hexadecimal, over everything that voters saw: votes are for exactly this. */
export function digestOfEvidence({
  digest: _,
  ...shown
}: {
  readonly artifact?: unknown;
  readonly digest?: unknown;
}): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}
