import {
  rollbackFailed,
  rollbackSubject,
  rolledBack,
  rolledBackUnheard,
} from '../src/cards/deployment.ts';
import { rollbackGone } from '../src/cards/rollback.ts';
import { inWords } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { State } from '../src/core/ports/replies.ts';
import type { Needs } from '../src/core/world.ts';
import { takenOver } from '../src/release/policy.ts';
import { judgeRollback } from '../src/release/rollback.ts';
import { rollBack as rollBackJob } from './declared/index.ts';
import { watchSwitch } from './steps/confirm-switch.ts';
import { releaseLock } from './steps/release-lock.ts';
import { rollbackSituation } from './steps/rollback-situation.ts';
import { showApproval } from './steps/show-approval.ts';
import { requireStillOperator } from './steps/still-operator.ts';

type Parts = Needs<
  | 'deployments'
  | 'endpoints'
  | 'approvals'
  | 'bus'
  | 'gateway'
  | 'replies'
  | 'audit'
  | 'people'
  | 'links'
  | 'clock'
>;

/**
 * Restores the previous version at once. The job names what it replaces: two people press at once, one
 * rollback.
 */
export const rollBack = defineJob({
  ...rollBackJob,

  async run({ via, cast, ...order }, needs: Parts, signal) {
    const actor = { person: order.by, ...(cast && { cast }) };
    const { restored, replaced } = await needs.deployments.rollBack(order, async () => {
      await requireStillOperator(actor, order.environment, 'nothing was rolled back', needs);
      // Never waits for a lock: it takes it over, which ends the change in progress.
      const change = { by: order.by, why: 'rolling back', change: order.id };
      return takenOver(change, `a rollback: ${order.reason}`, needs.clock.now());
    });
    await needs.bus.publish('deployments', order.model);
    await needs.audit.append({
      id: `rollback-${order.id}`,
      by: order.by,
      action: 'deployment.rollback',
      subject: restored.id,
      model: order.model,
      environment: order.environment,
      via,
      before: { version: replaced.version, deployment: replaced.id },
      after: { version: restored.version, reason: order.reason },
    });
    const switched = await watchSwitch(restored, needs, signal);
    await releaseLock(order, order.id, needs);
    await needs.replies.show(rollbackSubject(order.id), rolledBack(restored, replaced, switched));
    await showApproval(replaced, `until ${order.by} rolled it back`, needs);
    await showApproval(restored, undefined, needs);
  },

  async failed({ id, model, environment, replaces }, error, needs: Parts) {
    const { deployments, replies, people, clock } = needs;
    const live = await deployments.live(model, environment);
    const show = (state: State) => replies.show(rollbackSubject(id), state);
    // It failed after the switch: the restored version is live, even if this was not reported yet.
    if (live?.id === id) {
      await releaseLock({ model, environment }, id, needs);
      return show(rolledBackUnheard(live));
    }
    const ruling = judgeRollback(replaces, await rollbackSituation(model, environment, needs));
    if (ruling.status !== 'gone') return show(rollbackFailed(model, inWords(error)));
    const nameOf = (person: string) => people.byId(person)?.name ?? person;
    const { message, next } = rollbackGone(ruling, nameOf, clock.now());
    return show(rollbackFailed(model, `${message} ${next}`));
  },
});
