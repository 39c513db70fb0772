import { approvalState, approvalSubject } from '../../src/cards/approval.ts';
import { Unreachable } from '../../src/core/errors.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { requestPromotion } from '../declared/index.ts';
import { tellRequester } from './tell-requester.ts';

/**
 * A request that is open replaces older ones for the same endpoint: of two that both get enough votes, the older one
 * would otherwise go live last. Called when it opens, so that one that fails its gates replaces nothing.
 */
export async function supersedeOlder(
  newer: Approval,
  { approvals, audit, replies }: Needs<'approvals' | 'audit' | 'replies'>,
): Promise<void> {
  const { id, model, version, environment, createdAt, requestedBy } = newer;
  const waiting = await approvals.list({ model, statuses: ['checking', 'open'], limit: 1000 });
  const older = waiting.filter(
    (one) => one.environment === environment && one.id !== id && isBefore(one, { createdAt, id }),
  );
  for (const one of older) {
    const reason = `${id} asks for v${version} instead. Its votes do not count for that.`;
    const ended = await approvals.supersede(one.id, reason);
    if (!ended) continue;
    await audit.append({
      id: `superseded-${one.id}`,
      by: requestedBy,
      action: 'approval.superseded',
      subject: one.id,
      ...{ model, environment, via: 'queue' },
      after: { by: id, version },
    });
    await replies.show(approvalSubject(ended), approvalState(ended));
    await tellRequester(ended, 'superseded', { replies });
  }
}

type Dated = Pick<Approval, 'createdAt' | 'id'>;

const isBefore = (one: Dated, other: Dated): boolean =>
  one.createdAt < other.createdAt ||
  (one.createdAt.getTime() === other.createdAt.getTime() && one.id < other.id);

/**
 * Another version went live since the gates were checked, so they are checked again, and the votes are void: they
 * were for replacing another version. True if so.
 */
export async function recheckIfStale(
  approval: Approval,
  {
    approvals,
    deployments,
    audit,
    replies,
    jobs,
  }: Needs<'approvals' | 'deployments' | 'audit' | 'replies' | 'jobs'>,
): Promise<boolean> {
  const { id, model, version, environment, status, evidence, votes, revision } = approval;
  if (status !== 'open' || !evidence) return false;
  const live = await deployments.live(model, environment);
  if (live?.version === evidence.champion) return false;
  const fresh = await approvals.recheck(approval);
  if (!fresh) return true;
  const now = live ? `v${live.version} is live in ${environment} now` : `No version is live now`;
  const voided = votes.map(({ person }) => person).join(', ');
  await audit.append({
    id: `recheck-${id}-${revision}`,
    by: 'wheelhouse',
    action: 'approval.rechecked',
    subject: id,
    ...{ model, environment, via: 'queue' },
    before: { champion: evidence.champion ?? null, votes: votes.map(({ person }) => person) },
    after: { champion: live?.version ?? null, version },
  });
  await replies.show(approvalSubject(fresh), approvalState(fresh));
  await replies.tell(approvalSubject(fresh), `recheck-${revision}`, {
    title: `${now}, so the gates of ${model} v${version} are checked again.`,
    tone: 'warning',
    ...(voided && { text: `The votes so far are void: ${voided}. Please vote again.` }),
  });
  await jobs.enqueue(requestPromotion, { approval: id }).catch(tidied);
  return true;
}

/** `tidy` queues it again. */
function tidied(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}
