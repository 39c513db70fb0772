import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../core/clock.ts';

/** Why a request is refused; undefined if it is accepted. */
type Verdict = { status: 401 | 409; why: string } | undefined;

export interface Signatures {
  /** Checks the timestamp, the raw body and its signature. Remembers the requests that it accepts. */
  check(signed: { timestamp: string; signature: string; body: Buffer }): Verdict;
  /** An accepted request could not be stored: the same request may be sent again. */
  forget(signature: string): void;
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const WINDOW_S = 300;

/**
 * Slack signs every request, and every retry anew, so a request that was accepted before is a replayed copy. Times in
 * the future are refused like old ones.
 */
export function createSignatures(secret: string, clock: Clock): Signatures {
  const letIn = new Map<string, number>();

  /** They are roughly in order of time, so old ones are removed from the front. */
  function tidy(now: number): void {
    for (const [signature, until] of letIn) {
      if (until + WINDOW_S >= now) return;
      letIn.delete(signature);
    }
  }

  return {
    check({ timestamp, signature, body }) {
      if (!/^\d{1,12}$/.test(timestamp) || signature === '')
        return { status: 401, why: 'This request is not signed.' };
      const now = clock.now().getTime() / 1000;
      const at = Number(timestamp);
      if (Math.abs(now - at) > WINDOW_S)
        return {
          status: 401,
          why: `This request was signed ${Math.round(Math.abs(now - at))} s ${at > now ? 'ahead of' : 'behind'} this clock; ${WINDOW_S} s are allowed. Correct the clock.`,
        };
      const wanted = createHmac('sha256', secret)
        .update(`v0:${timestamp}:`)
        .update(body)
        .digest('hex');
      if (!same(`v0=${wanted}`, signature))
        return { status: 401, why: 'The signature does not fit: check SLACK_SIGNING_SECRET.' };
      if (letIn.has(signature)) return { status: 409, why: 'This request was already processed.' };
      tidy(now);
      letIn.set(signature, at + WINDOW_S);
      return undefined;
    },
    forget(signature) {
      letIn.delete(signature);
    },
  };
}

function same(wanted: string, given: string): boolean {
  const [a, b] = [Buffer.from(wanted), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
