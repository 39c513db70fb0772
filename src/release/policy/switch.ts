import type { Approval } from '../../core/ports/approvals.ts';
import type { Deployment, DeployOrder } from '../../core/ports/deployments.ts';
import type { EndpointChange, EndpointState, Lock } from '../../core/ports/endpoints.ts';
import { automationMayAct, holdAfter, lockAgainst, lockFor } from './endpoint.ts';
import { type FreezeStatus, type Frozen, freezeStatus } from './freezes.ts';
import type { Now } from './voter.ts';
import { judge, type Ruling } from './votes.ts';

/** Why a version may not go live; with a `ruling` if its votes are no longer enough. */
export interface Objection {
  /** Without a full stop, e.g. `approval-1 is not approved`. */
  why: string;
  ruling?: Ruling;
}

/**
 * Why the approval that a deployment names does not let it go live now; undefined if it does. The job asks
 * right before the conditional write that switches, the gateway before it serves the new version.
 */
export function mayNotGoLive(
  deployment: Pick<Deployment, 'model' | 'version' | 'environment' | 'artifact' | 'approval'>,
  approval: Approval | undefined,
  now: Now,
): Objection | undefined {
  const { model, version, environment, artifact } = deployment;
  if (!approval || approval.id !== deployment.approval)
    return { why: `there is no approval of ${model} v${version} for ${environment}` };
  const { id, status, evidence } = approval;
  const isOther = approval.model !== model || approval.version !== version;
  if (isOther || approval.environment !== environment)
    return { why: `${id} is not an approval of ${model} v${version} for ${environment}` };
  if (status !== 'approved') return { why: `${id} is not approved` };
  if (evidence?.artifact !== artifact)
    return { why: `${model} v${version} is not the artifact that was approved` };
  const ruling = judge(approval, now);
  return ruling.status === 'approved' ? undefined : { why: `${id} is no longer approved`, ruling };
}

/** A switch is new for this long. Afterwards its voters may leave, and the version stays. */
const NEW_MS = 15 * 60_000;

/**
 * Why the gateway must not serve a live deployment: the switch is new, no gateway has been seen to answer with
 * it, and it may not go live. A rollback restores a version that was approved before.
 */
export function mayNotBeServed(
  deployment: Deployment,
  approval: Approval | undefined,
  now: Now & { time: Date },
): Objection | undefined {
  const isNew = now.time.getTime() - deployment.since.getTime() < NEW_MS;
  if (deployment.kind === 'rollback' || approval?.confirmedAt || !isNew) return undefined;
  return mayNotGoLive(deployment, approval, now);
}

/** What the switch is judged by: all of the instant of the write, which is conditional on the endpoint. */
export interface AtTheSwitch extends Omit<Now, 'endpoint'> {
  time: Date;
  endpoint: EndpointState;
  frozen: Frozen;
  /** When the newest event of the audit log was recorded; undefined if there is none. */
  recorded?: Date | undefined;
  /** The number of the model's newest version. */
  newest: number;
}

export type SwitchRuling =
  /** What is written with the switch. */
  | { status: 'go'; change: EndpointChange }
  /** Another change is in progress: to be asked again when it is over. */
  | { status: 'waits'; lock: Lock }
  | { status: 'refused'; objection: Objection }
  | { status: 'frozen'; freeze: FreezeStatus };

/** Clocks of different machines differ by less. */
const SKEW_MS = 5 * 60_000;

/** A clock that was set back would let expired and frozen things through. */
function clockFault({
  time,
  recorded,
}: Pick<AtTheSwitch, 'time' | 'recorded'>): Objection | undefined {
  if (!recorded || recorded.getTime() - time.getTime() <= SKEW_MS) return undefined;
  const said = [time, recorded].map((at) => at.toISOString());
  return {
    why: `the clock of this machine shows ${said[0]}, and the audit log has an event of ${said[1]}`,
  };
}

/** Whether an approved version may go live at this instant, and what is written of it at the endpoint. */
export function judgeSwitch(
  order: DeployOrder,
  approval: Approval | undefined,
  now: AtTheSwitch,
): SwitchRuling {
  const { endpoint, time, newest } = now;
  // A retry after the switch finds its own deployment live, which is no change of what was asked.
  const live = endpoint.stable === order.id ? undefined : endpoint;
  const objection =
    mayNotGoLive(order, approval, { ...now, endpoint: live }) ??
    heldFrom(approval, endpoint) ??
    clockFault(now);
  if (objection) return { status: 'refused', objection };
  const freeze = freezeStatus(order.environment, now.frozen, time);
  if (freeze.frozen !== undefined) return { status: 'frozen', freeze };
  const { by, version, approval: change } = order;
  const lock = lockAgainst(endpoint, change, time);
  if (lock) return { status: 'waits', lock };
  const hold = holdAfter({ version, newest, by, automation: approval?.automation }, time);
  const mine = lockFor({ by, why: `promoting v${version}`, change }, time);
  return { status: 'go', change: { lock: mine, ...(hold && { hold }) } };
}

function heldFrom(approval: Approval | undefined, endpoint: EndpointState): Objection | undefined {
  if (approval?.automation === undefined) return undefined;
  const ruling = automationMayAct(endpoint);
  return ruling.may ? undefined : { why: ruling.why };
}
