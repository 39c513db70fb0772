import {
  approvalSubject,
  doesNotAnswer,
  notConfirmed,
  notDeployed,
} from '../src/cards/approval.ts';
import { stragglersInWords } from '../src/cards/stragglers.ts';
import { inWords } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import type { Deployment, DeployOrder } from '../src/core/ports/deployments.ts';
import type { Needs } from '../src/core/world.ts';
import { deploy as deployJob } from './declared/index.ts';
import { awaitTicket } from './steps/await-ticket.ts';
import { beginRollout, isAtSwitch, planOf } from './steps/begin-rollout.ts';
import { type Switched, watchSwitch } from './steps/confirm-switch.ts';
import { orderOf } from './steps/order-of.ts';
import { releaseLock } from './steps/release-lock.ts';
import type { BeginsRollout } from './steps/rollout-needs.ts';
import { showApproval } from './steps/show-approval.ts';
import { NotYet, requireStillApproved } from './steps/still-approved.ts';
import { tellRequester } from './steps/tell-requester.ts';

type Parts = BeginsRollout & Needs<'gateway'>;

/** The audit action for a deployment that failed. */
export const NOT_DEPLOYED = 'deployment.failed';

/** Slightly longer than a gateway takes to answer: `tidy` checks again. */
const GLANCE_MS = 100;

/**
 * Makes the approved version live, and nothing else, and reports it once the gateway answers with it. When
 * repeated, checks whether the gateway answers with it now.
 */
export const deploy = defineJob({
  ...deployJob,

  async run({ approval: id }, needs: Parts, signal) {
    const approval = await needs.approvals.get(id);
    const isNew = approval.deployment === undefined || (await endsRollout(approval, needs));
    if (isNew && !(await putLive(approval, needs, signal))) return;
    const live = await needs.deployments.live(approval.model, approval.environment);
    if (isNew) await begin(approval, live, needs);
    if (live?.approval !== id) return; // replaced in the meantime; whoever replaced it reports that
    const switched = await watchSwitch(live, needs, signal, isNew ? undefined : GLANCE_MS);
    await announce(live, switched, needs);
    await releaseLock(approval, id, needs);
  },

  async failed({ approval: id }, error, needs: Parts) {
    const approval = await needs.approvals.get(id);
    const { model, version, environment } = approval;
    const live = await needs.deployments.live(model, environment);
    // It failed after the switch: the version is live, even if this was not reported yet.
    if (live?.approval === id) {
      if (!approval.deployment) await begin(approval, live, needs);
      await announce(live, { confirmed: false, seen: undefined, behind: [] }, needs);
      return releaseLock(approval, id, needs);
    }
    const why = inWords(error);
    const subject = approvalSubject(approval);
    await needs.replies.show(subject, notDeployed(approval, why));
    const title = `${model} v${version} was not deployed`;
    await needs.replies.tell(subject, 'not-deployed', { title, tone: 'danger', text: why });
    await tellRequester(approval, 'not deployed', needs, why);
    // Last: this tells `tidy` that it was tried and must be left to people.
    await needs.audit.append({
      id: `not-deployed-${id}`,
      by: approval.requestedBy,
      action: NOT_DEPLOYED,
      subject: id,
      model,
      environment,
      via: 'queue',
      after: { version, error: why },
    });
  },
});

/** Its rollout is at its last step, or made the switch and nobody was told yet. */
async function endsRollout(
  { id, model, environment, confirmedAt }: Approval,
  { endpoints }: Parts,
): Promise<boolean> {
  const { rollout, ended } = await endpoints.get({ model, environment });
  if (rollout?.approval === id) return isAtSwitch(rollout);
  return ended?.approval === id && ended.outcome === 'promoted' && !confirmedAt;
}

/** False if it goes live step by step, or another change is in progress: `tidy` tries again when that is over. */
async function putLive(approval: Approval, needs: Parts, signal: AbortSignal): Promise<boolean> {
  try {
    const { model, version: number } = approval;
    const version = await needs.versions.resolve(model, String(number));
    const order = orderOf(approval, version.artifact.sha256);
    const plan = await planOf(approval, needs);
    if (plan) await beginRollout(approval, order, plan, needs, signal);
    else await makeSwitch(approval, order, needs, signal);
    return !plan;
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    await needs.replies.show(approvalSubject(approval), notConfirmed(approval, error.message));
    return false;
  }
}

async function makeSwitch(
  approval: Approval,
  order: DeployOrder,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { id, model, version: number, environment, evidence } = approval;
  const seen = await needs.endpoints.get({ model, environment });
  await requireStillApproved(order, seen, needs);
  await needs.artifacts.path(order.artifact); // verifies its hash before anyone depends on it
  await awaitTicket(order, needs, signal);
  // Checked again right before the write: a vote may stop counting at any time.
  const deployment = await needs.deployments.deploy(order, (now) =>
    requireStillApproved(order, now, needs),
  );
  await needs.bus.publish('deployments', model);
  // Checked after the switch, so that a retry gets the same answer.
  const before = await needs.deployments.previousGood(model, environment);
  await needs.audit.append({
    id: `deploy-${deployment.id}`,
    by: approval.requestedBy,
    action: 'deployment.live',
    subject: deployment.id,
    model,
    environment,
    via: 'queue',
    before: { version: before?.version ?? null },
    after: { version: number, approval: id, evidence: evidence?.digest },
  });
}

/** The registry has changed, but nobody is told that the version answers before the gateway does. */
async function begin(
  approval: Approval,
  live: Deployment | undefined,
  needs: Parts,
): Promise<void> {
  const { id, model, version, environment } = approval;
  const isLive = live?.approval === id;
  if (isLive) {
    const before = await needs.deployments.previousGood(model, environment);
    await showApproval(before, `until v${version} replaced it`, needs);
  }
  // Afterwards a retry no longer comes here, and what was live before would be shown as live for ever.
  await needs.approvals.markDeployed(id, deriveId('deployment', id));
  if (isLive) await showApproval(live, undefined, needs);
}

/** The message that everyone sees about the switch; posted once, however often this is retried. */
async function announce(live: Deployment, switched: Switched, needs: Parts): Promise<void> {
  const { approval: id, model, version, environment } = live;
  if (id === undefined) return;
  if (switched.confirmed) await needs.approvals.markConfirmed(id);
  const approval = await needs.approvals.get(id);
  const subject = approvalSubject(approval);
  const name = `${model} v${version}`;
  if (switched.confirmed) {
    await showApproval(live, undefined, needs);
    const title = `${name} answers in ${environment} now.`;
    await needs.replies.tell(subject, 'live', { title, tone: 'success' });
    return tellRequester(approval, 'live', needs);
  }
  if (switched.problem !== undefined) {
    await needs.replies.show(subject, doesNotAnswer(approval, switched.problem));
    const title = `The gateway does not answer with ${name}: ${switched.problem}`;
    return needs.replies.tell(subject, 'problem', { title, tone: 'danger' });
  }
  const seen =
    switched.behind.length > 0
      ? stragglersInWords(switched.behind)
      : switched.seen === undefined
        ? `The gateway at ${needs.gateway.urlOf(environment)} does not answer for ${model}. Is the role "serve" up?`
        : `The gateway still answers with v${switched.seen}.`;
  const why = `The registry has switched to v${version}. ${seen} It is asked again every 15 seconds.`;
  await needs.replies.show(subject, notConfirmed(approval, why));
  const title = `${name} is live in the registry; the gateway has not confirmed it yet.`;
  await needs.replies.tell(subject, 'unconfirmed', { title, tone: 'warning', text: seen });
}
