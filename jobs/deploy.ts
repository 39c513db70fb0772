import { z } from 'zod';
import { approvalSubject, notDeployed } from '../src/cards/approval.ts';
import { inWords, Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import type { Deployment } from '../src/core/ports/deployments.ts';
import type { Needs } from '../src/core/world.ts';
import { confirmSwitch } from './steps/confirm-switch.ts';
import { showApproval } from './steps/show-approval.ts';
import { requireStillApproved, type StillApproved } from './steps/still-approved.ts';

type Parts = Needs<
  'approvals' | 'versions' | 'deployments' | 'replies' | 'bus' | 'gateway' | 'audit' | 'artifacts'
> &
  StillApproved;

/** The audit's word for a deployment that came to nothing. */
export const NOT_DEPLOYED = 'deployment.failed';

/** Puts what was approved, and nothing else, in front of the callers. */
export const deploy = defineJob({
  name: 'deploy',
  lane: 'desk',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  attempts: 5,

  async run({ approval: id }, needs: Parts, signal) {
    const approval = await needs.approvals.get(id);
    if (!approval.deployment) await putLive(approval, needs);
    const live = await needs.deployments.live(approval.model, approval.environment);
    await announce(approval, live, live && (await confirmSwitch(live, needs, signal)), needs);
  },

  async failed({ approval: id }, error, needs: Parts) {
    const approval = await needs.approvals.get(id);
    const { model, version, environment } = approval;
    const live = await needs.deployments.live(model, environment);
    // It failed after the switch: the callers have it, whatever was not said yet.
    if (live?.approval === id) return announce(approval, live, false, needs);
    const why = inWords(error);
    const subject = approvalSubject(approval);
    await needs.replies.show(subject, notDeployed(approval, why));
    const title = `${model} v${version} was not deployed`;
    await needs.replies.tell(subject, 'not-deployed', { title, tone: 'danger', text: why });
    // Last: with this `tidy` knows that it was tried, and leaves it to people.
    await needs.audit.record({
      id: `not-deployed-${id}`,
      by: approval.requestedBy,
      action: NOT_DEPLOYED,
      subject: id,
      model,
      via: 'queue',
      after: { version, error: why },
    });
  },
});

async function putLive(approval: Approval, needs: Parts): Promise<void> {
  const { id, model, version: number, environment, evidence } = approval;
  const version = await needs.versions.resolve(model, String(number));
  if (evidence?.artifact !== version.artifact.sha256)
    throw new Refused(`${version.id} is not the artifact that was approved; it was not deployed.`);
  await needs.artifacts.path(version.artifact.sha256); // checks its hash before anybody depends on it

  const order = {
    id: deriveId('deployment', id),
    model,
    version: number,
    environment,
    artifact: version.artifact.sha256,
    by: approval.requestedBy,
    reason: approval.reason ?? 'approved',
    approval: id,
  };
  const deployment = await needs.deployments.deploy(order, () => requireStillApproved(id, needs));
  await needs.bus.publish('deployments', model);
  // Asked after the switch, so that a retry gets the same answer.
  const before = await needs.deployments.previousGood(model, environment);
  await needs.audit.record({
    id: `deploy-${deployment.id}`,
    by: approval.requestedBy,
    action: 'deployment.live',
    subject: deployment.id,
    model,
    via: 'queue',
    before: { version: before?.version ?? null },
    after: { version: number, approval: id, evidence: evidence.digest },
  });
}

/** What everybody gets to read of the switch; said once however often it is tried, and not once it is over. */
async function announce(
  approval: Approval,
  live: Deployment | undefined,
  confirmed: boolean | undefined,
  needs: Parts,
): Promise<void> {
  const { id, model, version, environment } = approval;
  if (!approval.deployment) await needs.approvals.markDeployed(id, deriveId('deployment', id));
  if (live?.approval !== id) return; // replaced by now, and whoever did that says so
  await showApproval(live, undefined, needs);
  const before = await needs.deployments.previousGood(model, environment);
  await showApproval(before, `until v${version} replaced it`, needs);
  await needs.replies.tell(approvalSubject(approval), 'live', {
    title: confirmed
      ? `${model} v${version} answers in ${environment} now.`
      : `${model} v${version} is live in the registry; the gateway has not confirmed it yet.`,
    tone: confirmed ? 'success' : 'warning',
  });
}
