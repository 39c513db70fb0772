import { approvalSubject, notConfirmed } from '../../src/cards/approval.ts';
import { rolloutSubject } from '../../src/cards/rollout.ts';
import { specIn } from '../../src/core/model.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { DeployOrder } from '../../src/core/ports/deployments.ts';
import type { EndpointState } from '../../src/core/ports/endpoints.ts';
import type { RolloutPlan, RolloutState } from '../../src/core/rollout.ts';
import { advanceRollout } from '../declared/index.ts';
import { awaitTicket } from './await-ticket.ts';
import { releaseLock } from './release-lock.ts';
import type { BeginsRollout } from './rollout-needs.ts';
import { showRollout } from './show-rollout.ts';
import { requireStillApproved } from './still-approved.ts';

/** The steps by which a version goes live; undefined if it is switched directly. */
export async function planOf(
  { model, environment, id }: Approval,
  { models, deployments, endpoints }: BeginsRollout,
): Promise<RolloutPlan | undefined> {
  const plan = specIn(models.get(model), environment).rollout;
  // There is nothing to compare the first version with.
  const live = plan && (await deployments.live(model, environment));
  if (!live || live.approval === id) return undefined;
  const { rollout } = await endpoints.get({ model, environment });
  return rollout?.approval === id && isAtSwitch(rollout) ? undefined : plan;
}

/** All of its steps passed: what remains is the switch. */
export const isAtSwitch = ({ steps, step }: RolloutState): boolean => step === steps.length - 1;

/**
 * Puts an approved version beside the live one, at its first step. May be repeated from any point; what the rollout
 * has become in the meantime stays.
 */
export async function beginRollout(
  approval: Approval,
  order: DeployOrder,
  plan: RolloutPlan,
  needs: BeginsRollout,
  signal: AbortSignal,
): Promise<void> {
  const { id, model, environment } = approval;
  const { endpoints, deployments } = needs;
  await requireStillApproved(order, await endpoints.get({ model, environment }), needs);
  await needs.artifacts.path(order.artifact); // verifies its hash before anyone depends on it
  await awaitTicket(order, needs, signal);
  await deployments.propose(order);
  const isOver = (await deployments.find(order.id))?.status !== 'pending';
  const begun = await endpoints.change({ model, environment }, async (seen) => {
    if (isOver || seen.rollout?.deployment === order.id || seen.stable === undefined)
      return undefined;
    const change = await requireStillApproved(order, seen, needs);
    return { ...change, rollout: firstStep(order, seen.stable, plan, needs.clock.now()) };
  });
  await needs.bus.publish('deployments', model);
  await needs.audit.append({
    id: `rollout-${order.id}`,
    by: order.by,
    action: 'rollout.begin',
    subject: order.id,
    ...{ model, environment, via: 'queue' },
    after: { version: order.version, approval: id, steps: plan.steps.map(({ weight }) => weight) },
  });
  await show(approval, begun, needs, signal);
  await releaseLock(approval, id, needs);
  await needs.jobs.enqueue(advanceRollout, { model, environment, deployment: order.id });
  // Last: `tidy` repeats all of this until then.
  await needs.approvals.markDeployed(id, order.id);
}

function firstStep(
  { id: deployment, version, approval, by }: DeployOrder,
  stable: string,
  { steps }: RolloutPlan,
  now: Date,
): RolloutState {
  return { deployment, version, stable, approval, by, began: now, steps, step: 0, since: now };
}

async function show(
  approval: Approval,
  state: EndpointState,
  needs: BeginsRollout,
  signal: AbortSignal,
): Promise<void> {
  const { rollout, model, environment } = state;
  if (!rollout || rollout.approval !== approval.id) return;
  const { homes, name } = specIn(needs.models.get(model), environment);
  const shown = await showRollout({ model: name, environment }, rollout, needs, signal);
  for (const home of homes) await needs.replies.open(rolloutSubject(rollout), home, shown);
  const why = `v${rollout.version} takes over in ${rollout.steps.length} steps: /rollout ${model} --in ${environment} shows how far it is.`;
  await needs.replies.show(approvalSubject(approval), notConfirmed(approval, why));
}
