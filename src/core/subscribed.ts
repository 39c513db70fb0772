import type { Grade } from './ports/alerts.ts';
import type { ACTIONS, AuditEvent } from './ports/audit.ts';
import { KINDS, type Kind, type Subscription } from './ports/subscriptions.ts';

/** The events of the audit log that each kind consists of. */
const EVENTS = {
  deployments: [
    ...(['deployment.live', 'deployment.failed', 'deployment.rollback'] as const),
    ...(['deployment.undeploy', 'version.quarantine'] as const),
    ...(['rollout.begin', 'rollout.pause', 'rollout.resume', 'rollout.end'] as const),
    ...(['endpoint.hold', 'endpoint.resume'] as const),
  ],
  approvals: [
    ...(['promotion.requested', 'promotion.refused', 'gate.override'] as const),
    ...(['approval.approve', 'approval.reject', 'approval.withdrawn'] as const),
    ...(['approval.approved', 'approval.rejected', 'approval.expired'] as const),
    ...(['approval.superseded', 'approval.rechecked'] as const),
  ],
  training: ['version.register', 'run.cancel', 'retraining.start', 'retraining.end'],
  data: ['data.accepted', 'data.quarantined', 'data.admitted', 'data.discarded'],
} as const satisfies Record<Kind, readonly (typeof ACTIONS)[number][]>;

export type Followed = (typeof EVENTS)[Kind][number];

/** The kind of an event; undefined if nobody can subscribe to it. */
export function kindOf(action: string): { kind: Kind; action: Followed } | undefined {
  for (const kind of KINDS)
    for (const one of EVENTS[kind]) if (one === action) return { kind, action: one };
  return undefined;
}

type Happened = Pick<AuditEvent, 'sequence' | 'model' | 'environment'>;

/**
 * Whether a subscription covers an event of a kind. What concerns no environment, such as a training, is in all of them.
 * Pure.
 */
export function covers(
  { model, kinds = [], environment, since = 0 }: Subscription,
  kind: Kind,
  event: Happened,
): boolean {
  return (
    kinds.includes(kind) &&
    event.model === model &&
    event.sequence > since &&
    isIn(environment, event.environment)
  );
}

/** Whether a subscription covers an alert. Pure. */
export function coversAlert(
  { grade, environment }: Subscription,
  alert: { grade: Grade; environment: string },
): boolean {
  return (grade === 'all' || grade === alert.grade) && isIn(environment, alert.environment);
}

const isIn = (wanted: string | undefined, environment: string | undefined): boolean =>
  wanted === undefined || environment === undefined || wanted === environment;
