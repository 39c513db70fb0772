import type { ReceiverHealth, ReceiverState, Sent } from '../core/ports/webhooks.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** After each failed attempt, in the order of the example of Standard Webhooks: the last one is three days later. */
const SCHEDULE: readonly number[] = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR],
  ...[10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
];
/** Up to a tenth more, so that many retries do not come at once. */
const JITTER = 0.1;
/** A receiver that does not answer at all is asked again after 5 s, 10 s, 20 s … and at most this. */
const LONGEST_PAUSE = 10 * MINUTE;
/** Whoever asks for a longer pause is asked again all the same. */
const LONGEST_RETRY_AFTER = DAY;

/**
 * When a delivery is tried again after its attempt number `attempts` failed; undefined: never. Pure.
 * @param random from 0 to 1
 */
export function retryIn(attempts: number, sent: Sent, random: number): number | undefined {
  const delay = SCHEDULE[attempts - 1];
  if (delay === undefined) return undefined;
  return Math.max(delay * (1 + JITTER * random), askedPause(sent));
}

/** What is known of a receiver after an attempt. Pure. */
export function healthAfter(
  { failingSince, failures, off }: Pick<ReceiverState, 'failingSince' | 'failures' | 'off'>,
  sent: Sent,
  { now, offAfterDays }: { now: Date; offAfterDays: number },
): ReceiverHealth {
  if (sent.problem === undefined) return { failures: 0, ...(off && { off }) };
  const since = failingSince ?? now;
  const isLong = now.getTime() - since.getTime() >= offAfterDays * DAY;
  const why =
    sent.status === 410
      ? 'it answered 410, which means that it wants no more events'
      : `nothing was delivered for ${offAfterDays === 1 ? 'a day' : `${offAfterDays} days`}; the last problem: ${sent.problem}`;
  const ending = off ?? (isLong || sent.status === 410 ? { since: now, why } : undefined);
  // A receiver that refuses one event may take the next.
  const isDown = concernsAll(sent);
  const count = isDown ? failures + 1 : failures;
  const pause = Math.max(
    Math.min(5 * SECOND * 2 ** Math.min(count - 1, 20), LONGEST_PAUSE),
    askedPause(sent),
  );
  return {
    ...{ failingSince: since, failures: count },
    ...(isDown && { resumeAt: new Date(now.getTime() + pause) }),
    ...(ending && { off: ending }),
  };
}

/** It does not answer, cannot at the moment, or has enough: then the other events wait too. */
export const concernsAll = ({ problem, status }: Sent): boolean =>
  problem !== undefined && (status === undefined || status === 429 || status >= 500);

const askedPause = ({ retryAfterMs = 0 }: Sent): number =>
  Math.min(retryAfterMs, LONGEST_RETRY_AFTER);
