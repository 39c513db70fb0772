import { alertSubject } from '../../cards/alert.ts';
import { approvalSubject } from '../../cards/approval.ts';
import type { ModelBoard } from '../../core/board.ts';
import type { Alert } from '../../core/ports/alerts.ts';
import type { Approval } from '../../core/ports/approvals.ts';
import type { Deployment } from '../../core/ports/deployments.ts';
import type { Subject } from '../../core/reply.ts';
import { reportOn } from '../../monitoring/kinds/index.ts';
import type { BoardParts } from './parts.ts';
import { iso, isoOrNull, spanOf } from './times.ts';

type Replies = BoardParts['replies'];

export function liveOf({ version, id, since, by, reason }: Deployment) {
  return { version, deployment: id, since: iso(since), by, reason };
}

export function deploymentOf({
  id,
  version,
  kind,
  status,
  since,
  by,
  reason,
}: Deployment): ModelBoard['deployments'][number] {
  return { id, version, kind, status, since: iso(since), by, reason };
}

export async function approvalOf(
  approval: Approval,
  replies: Replies,
  platform: string,
): Promise<ModelBoard['approvals'][number]> {
  const { id, version, status, requestedBy, createdAt, expiresAt, votes, needed } = approval;
  return {
    ...{ id, version, requestedBy, needed },
    status: status === 'checking' ? status : 'open',
    ...{ createdAt: iso(createdAt), expiresAt: isoOrNull(expiresAt) },
    approvals: votes.filter(({ verdict }) => verdict === 'approve').length,
    message: await messageOf(approvalSubject(approval), replies, platform),
  };
}

export async function alertOf(
  alert: Alert,
  replies: Replies,
  platform: string,
): Promise<ModelBoard['alerts'][number]> {
  const { id, monitor, grade, status, openedAt, window } = alert;
  const { title, summary } = reportOn(alert);
  return {
    ...{ id, monitor, grade, title, summary },
    status: status === 'acknowledged' ? status : 'open',
    ...{ openedAt: iso(openedAt), window: spanOf(window) },
    message: await messageOf(alertSubject(alert), replies, platform),
  };
}

async function messageOf(subject: Subject, { placesOf }: Replies, platform: string) {
  const place = (await placesOf(subject)).find(({ address }) => address.platform === platform);
  return place ? { channel: place.address.channel, post: place.message } : null;
}
