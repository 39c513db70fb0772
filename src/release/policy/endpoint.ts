import type { EndpointChange, EndpointState, Hold, Lock } from '../../core/ports/endpoints.ts';

/** How long a change holds its lock if nothing ends it: longer than a deployment takes with all its retries. */
const LOCK_MS = 15 * 60_000;

/** A change that is about to be made at an endpoint. */
interface Change {
  /** The person who asked for it. */
  by: string;
  /** Without a full stop, e.g. `promoting v7`. */
  why: string;
  /** The request or the order it belongs to. */
  change: string;
}

/**
 * The lock that keeps `change` from beginning: another change holds it, and its time is not over. A rollout is a change
 * in progress until it ends, whatever it still takes.
 */
export function lockAgainst(
  { lock, rollout }: Pick<EndpointState, 'lock' | 'rollout'>,
  change: string,
  time: Date,
): Lock | undefined {
  if (rollout && rollout.approval !== change) {
    const { by, version, approval, began, steps } = rollout;
    const until = new Date(steps.reduce((sum, { forMs }) => sum + forMs, began.getTime()));
    return { by, why: `rolling out v${version}`, change: approval, since: began, until };
  }
  return lock && lock.change !== change && lock.until > time ? lock : undefined;
}

export function lockFor(change: Change, time: Date, ms = LOCK_MS): Lock {
  return { ...change, since: time, until: new Date(time.getTime() + ms) };
}

/** The end of a change: its lock goes, and another one's stays. Undefined if there is nothing to do. */
export function released(
  { lock }: Pick<EndpointState, 'lock'>,
  change: string,
): EndpointChange | undefined {
  return lock?.change === change ? { lock: null } : undefined;
}

/**
 * What a rollback writes with its switch: it takes the lock over, whoever has it, which ends the change in
 * progress, and automation stays away until a person resumes it.
 */
export function takenOver(change: Change, because: string, time: Date): EndpointChange {
  const { by } = change;
  return { lock: lockFor(change, time), hold: { since: time, by, why: because } };
}

/**
 * What is written before a deployment is taken out of service: automation must not put another version there behind the
 * back of whoever did it. Undefined if another one is live by now, or if a hold is there already: the first one says
 * since when automation has stayed away.
 */
export function heldForUndeploy(
  { stable, hold }: Pick<EndpointState, 'stable' | 'hold'>,
  { deployment, by, reason }: { deployment: string; by: string; reason: string },
  time: Date,
): EndpointChange | undefined {
  if (stable !== deployment || hold) return undefined;
  return { hold: { since: time, by, why: `taken out of service: ${reason}` } };
}

/**
 * A person promoted something else than automation would have: the newest version. Undefined if it is that, or
 * if automation did it.
 */
export function holdAfter(
  {
    version,
    newest,
    by,
    automation,
  }: { version: number; newest: number; by: string; automation?: string | undefined },
  time: Date,
): Hold | undefined {
  if (automation !== undefined || version >= newest) return undefined;
  return { since: time, by, why: `v${version} was promoted, and v${newest} is newer` };
}

/**
 * Whether a schedule or an agent may request or make a change at an endpoint. To be asked at the request, when
 * votes are counted, and at the switch.
 */
export function automationMayAct({
  model,
  environment,
  hold,
}: Pick<EndpointState, 'model' | 'environment' | 'hold'>):
  | { may: true }
  | { may: false; hold: Hold; why: string } {
  if (!hold) return { may: true };
  const why = `automation of ${model} in ${environment} is on hold: ${hold.why}`;
  return { may: false, hold, why };
}
