import { approvalSubject, notDeployed } from '../../src/cards/approval.ts';
import { rolloutEnded, rolloutSubject } from '../../src/cards/rollout.ts';
import type { Endpoint } from '../../src/core/endpoint.ts';
import { endedRollout, type RolloutEnd } from '../../src/core/rollout.ts';
import { observeRollout } from './observe-rollout.ts';
import type { EndsRollout } from './rollout-needs.ts';
import { tellRequester } from './tell-requester.ts';

type How = Pick<RolloutEnd, 'by' | 'why'> & { outcome: 'failed' | 'aborted' };

/**
 * Ends a rollout before its version is live: the stable version answers everything again. One write; does nothing if it
 * has ended already. `mayStill` is called right before the write; if it throws, nothing changes.
 */
export async function endRollout(
  { model, environment }: Endpoint,
  deployment: string,
  how: How,
  needs: Pick<EndsRollout, 'endpoints' | 'bus' | 'clock'>,
  mayStill: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  await needs.endpoints.change({ model, environment }, async ({ rollout, lock }) => {
    if (rollout?.deployment !== deployment) return undefined;
    await mayStill();
    const at = needs.clock.now();
    return {
      rollout: null,
      ended: endedRollout(rollout, { ...how, at }),
      // It is held for the switch, which no longer comes.
      ...(lock?.change === rollout.approval && { lock: null }),
      ...(how.outcome === 'failed' && {
        hold: { since: at, by: how.by, why: `v${rollout.version} was rolled back: ${how.why}` },
      }),
    };
  });
  await needs.bus.publish('deployments', model);
}

/** Tells everyone how the last rollout of an endpoint ended, if it was that one. May be repeated. */
export async function tellEnd(
  { model, environment }: Endpoint,
  deployment: string,
  via: string,
  needs: EndsRollout,
  signal: AbortSignal,
): Promise<void> {
  const { ended } = await needs.endpoints.get({ model, environment });
  if (ended?.deployment !== deployment) return;
  const { judgement, stable } = await observeRollout(ended, environment, model, needs, signal);
  await needs.audit.append({
    id: `rollout-end-${deployment}`,
    by: ended.by,
    action: 'rollout.end',
    subject: deployment,
    ...{ model, environment, via },
    before: { step: ended.step, stable: ended.stable },
    after: {
      ...{ outcome: ended.outcome, version: ended.version, reason: ended.why },
      at: ended.at.toISOString(),
    },
  });
  const state = rolloutEnded({ model, environment }, ended, judgement, stable);
  await needs.replies.show(rolloutSubject(ended), state);
  if (ended.outcome === 'promoted') return;
  const approval = await needs.approvals.get(ended.approval);
  await needs.replies.show(approvalSubject(approval), notDeployed(approval, `${ended.why}.`));
  await tellRequester(approval, 'not deployed', needs, `${ended.why}.`);
  const { title, tone, text } = state.card;
  await needs.replies.tell(rolloutSubject(ended), 'ended', {
    ...{ title, tone },
    ...(text !== undefined && { text }),
  });
}
