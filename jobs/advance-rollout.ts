import { rolloutCause } from '../src/cards/rollout.ts';
import type { Endpoint } from '../src/core/endpoint.ts';
import { inWords, Refused } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { DeployOrder } from '../src/core/ports/deployments.ts';
import type { RolloutState } from '../src/core/rollout.ts';
import { atNextStep, nextMove, paused } from '../src/release/rollout/next.ts';
import { advanceRollout as declared, deploy } from './declared/index.ts';
import { endRollout, tellEnd } from './steps/end-of-rollout.ts';
import { observeRollout } from './steps/observe-rollout.ts';
import type { AdvancesRollout } from './steps/rollout-needs.ts';
import { showRollout } from './steps/show-rollout.ts';
import { NotYet, requireStillApproved } from './steps/still-approved.ts';

/** Who ends a rollout that proved to be worse. */
const ANALYSIS = 'wheelhouse';

/**
 * Looks at a rollout: ends it if its version proves to be worse, goes on to the next step if that is due and passed,
 * asks if it cannot be told. Every few seconds; each step is one conditional write, so that it can die anywhere.
 */
export const advanceRollout = defineJob({
  ...declared,

  async run({ deployment, ...endpoint }, needs: AdvancesRollout, signal) {
    const { rollout } = await needs.endpoints.get(endpoint);
    if (rollout?.deployment !== deployment)
      return tellEnd(endpoint, deployment, 'schedule', needs, signal);
    await recordStep(endpoint, rollout, needs);
    const out = await needs.deployments.outOfService(endpoint.model, endpoint.environment);
    if (out) {
      const why = 'the stable version was taken out of service';
      await endRollout(endpoint, deployment, { outcome: 'aborted', by: out.by, why }, needs);
      return tellEnd(endpoint, deployment, 'schedule', needs, signal);
    }
    const { model, environment } = endpoint;
    const observed = await observeRollout(rollout, environment, model, needs, signal);
    const move = nextMove(rollout, observed.judgement, needs.clock.now());
    if (move === 'fail') {
      const why = rolloutCause(observed.judgement);
      await endRollout(endpoint, deployment, { outcome: 'failed', by: ANALYSIS, why }, needs);
      return tellEnd(endpoint, deployment, 'schedule', needs, signal);
    }
    if (move === 'switch') await needs.jobs.enqueue(deploy, { approval: rollout.approval });
    else if (move === 'next') await goOn(endpoint, rollout, needs);
    else if (move === 'ask') await ask(endpoint, rollout, rolloutCause(observed.judgement), needs);
    const now = (await needs.endpoints.get(endpoint)).rollout;
    if (now?.deployment === deployment) await recordStep(endpoint, now, needs);
    // A step that began just now has counted nothing yet.
    const known = now?.step === rollout.step ? observed : undefined;
    if (now?.deployment === deployment) await showRollout(endpoint, now, needs, signal, known);
  },
});

/** The policy is asked again at each step, with the people and votes of this instant. */
async function goOn(
  endpoint: Endpoint,
  rollout: RolloutState,
  needs: AdvancesRollout,
): Promise<void> {
  const { model, environment } = endpoint;
  const challenger = await needs.deployments.find(rollout.deployment);
  if (!challenger) throw new Error(`the deployment ${rollout.deployment} is missing`);
  const order: DeployOrder = {
    ...{ id: challenger.id, model, environment, version: challenger.version },
    ...{ artifact: challenger.artifact, by: challenger.by, reason: challenger.reason },
    approval: rollout.approval,
  };
  try {
    await needs.endpoints.change(endpoint, async (seen) => {
      if (!isSame(seen.rollout, rollout)) return undefined;
      // Locks are for switches: a rollout is itself a change in progress.
      const { lock: _, ...change } = await requireStillApproved(order, seen, needs);
      return { ...change, rollout: atNextStep(rollout, needs.clock.now()) };
    });
  } catch (error) {
    if (error instanceof NotYet) return;
    if (!(error instanceof Refused)) throw error;
    await ask(endpoint, rollout, inWords(error).replace(/\.$/, ''), needs);
    return;
  }
  await needs.bus.publish('deployments', model);
}

/** Once for each step, however often it is looked at: whoever died after the write is made up for. */
async function recordStep(
  endpoint: Endpoint,
  { deployment, steps, step, since }: RolloutState,
  { audit }: AdvancesRollout,
): Promise<void> {
  if (step === 0) return;
  await audit.append({
    id: `rollout-step-${deployment}-${step}`,
    by: ANALYSIS,
    action: 'rollout.step',
    subject: deployment,
    ...{ ...endpoint, via: 'schedule' },
    after: { step, weight: steps[step]?.weight ?? 100, since: since.toISOString() },
  });
}

async function ask(
  endpoint: Endpoint,
  rollout: RolloutState,
  why: string,
  { endpoints, clock }: AdvancesRollout,
): Promise<void> {
  await endpoints.change(endpoint, (seen) =>
    isSame(seen.rollout, rollout)
      ? { rollout: paused(rollout, { by: ANALYSIS, why, asks: true }, clock.now()) }
      : undefined,
  );
}

/** Whether nobody moved, paused or resumed it since it was looked at. */
const isSame = (seen: RolloutState | undefined, looked: RolloutState): boolean =>
  seen?.deployment === looked.deployment &&
  seen.step === looked.step &&
  seen.paused?.at.getTime() === looked.paused?.at.getTime();
