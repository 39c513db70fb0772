import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../core/clock.ts';

/** Why a request is not let in; undefined where it is. */
type Verdict = { status: 401 | 409; why: string } | undefined;

export interface Signatures {
  /** Of `timestamp`, the body as it came, and what it was signed with. Remembers what it lets in. */
  check(signed: { timestamp: string; signature: string; body: Buffer }): Verdict;
  /** What was let in could not be stored: the same request may come again. */
  forget(signature: string): void;
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const WINDOW_S = 300;

/**
 * Slack signs each request, and each repeat anew; so one that was let in before is a copy that
 * somebody made. A time in the future is refused as one in the past is.
 */
export function createSignatures(secret: string, clock: Clock): Signatures {
  const letIn = new Map<string, number>();

  /** They stand about in the order of their time: what is left is looked at once it is old. */
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
