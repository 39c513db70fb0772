import { z } from 'zod';
import { judge } from '../src/approvals/judge.ts';
import { approvalSubject } from '../src/cards/approval.ts';
import { inWords, Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { confirmSwitch } from './steps/confirm-switch.ts';
import { showApproval } from './steps/show-approval.ts';

type Parts = Needs<
  'approvals' | 'versions' | 'deployments' | 'replies' | 'bus' | 'gateway' | 'audit' | 'artifacts'
>;

/** Puts what was approved, and nothing else, in front of the callers. */
export const deploy = defineJob({
  name: 'deploy',
  lane: 'desk',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  attempts: 5,

  async run({ approval: id }, needs: Parts, signal) {
    const approval = await needs.approvals.get(id);
    if (approval.deployment) return;
    const { model, version: number, environment, evidence } = approval;
    const version = await needs.versions.resolve(model, String(number));
    if (approval.status !== 'approved' || judge(approval)?.status !== 'approved')
      throw new Refused(`${id} is not approved, so ${version.id} was not deployed.`);
    if (evidence?.artifact !== version.artifact.sha256)
      throw new Refused(
        `${version.id} is not the artifact that was approved; it was not deployed.`,
      );
    await needs.artifacts.path(version.artifact.sha256); // checks its hash before anybody depends on it

    const deployment = await needs.deployments.deploy({
      id: deriveId('deployment', id),
      model,
      version: number,
      environment,
      artifact: version.artifact.sha256,
      by: approval.requestedBy,
      reason: approval.reason ?? 'approved',
      approval: id,
    });
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
    const confirmed = await confirmSwitch(deployment, needs, signal);
    await needs.approvals.markDeployed(id, deployment.id);
    await showApproval(deployment, undefined, needs);
    await showApproval(before, `until v${number} replaced it`, needs);
    await needs.replies.tell(approvalSubject(approval), 'live', {
      title: confirmed
        ? `${model} v${number} answers in ${environment} now.`
        : `${model} v${number} is live in the registry; the gateway has not confirmed it yet.`,
      tone: confirmed ? 'success' : 'warning',
    });
  },

  async failed({ approval: id }, error, { approvals, replies }: Parts) {
    const approval = await approvals.get(id);
    await replies.tell(approvalSubject(approval), 'not-deployed', {
      title: `${approval.model} v${approval.version} was not deployed: ${inWords(error)}`,
      tone: 'danger',
    });
  },
});
