import { createHash } from 'node:crypto';
import type { Evidence } from './ports/approvals.ts';

/** SHA-256, in hexadecimal, over everything that voters saw: votes are for exactly this. */
export function digestOfEvidence({
  digest: _,
  ...shown
}: Omit<Evidence, 'digest'> & { digest?: string }): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}
