import { showApproval } from '../jobs/steps/show-approval.ts';
import { requireStillOperator } from '../jobs/steps/still-operator.ts';
import { undeployed, undeploySubject } from '../src/cards/deployment.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { NotFound, Refused, Unreachable } from '../src/core/errors.ts';
import { specIn } from '../src/core/model.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { live } from '../src/core/reply.ts';
import { environmentOption, fromOption, modelOption, whyOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { heldForUndeploy } from '../src/release/policy.ts';

type Parts = Needs<
  | 'models'
  | 'environments'
  | 'deployments'
  | 'endpoints'
  | 'approvals'
  | 'replies'
  | 'audit'
  | 'bus'
  | 'people'
  | 'links'
  | 'clock'
>;

export const undeploy = defineCommand({
  name: 'undeploy',
  summary: 'Take a model out of service; callers get an error until a version is promoted',
  role: 'operator',
  inReadOnly: 'runs',
  words: ['model'],
  options: {
    model: modelOption,
    from: fromOption,
    in: environmentOption,
    reason: whyOption,
  },
  examples: [
    '/undeploy flights --reason "no version of it loads"',
    '/undeploy flights --from v5 --reason "it answers nonsense"',
  ],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run({ model, from: meant, in: where, reason }, needs: Parts, { by, from, account }) {
    const { models, environments, deployments, endpoints, audit, clock } = needs;
    const environment = environments.get(where);
    const spec = specIn(models.get(model), environment);
    const current =
      (await deployments.live(spec.name, environment)) ??
      (await deployments.outOfService(spec.name, environment))?.deployment;
    if (!current)
      throw new Refused(
        `No version of ${spec.name} is live in ${environment}, so nothing was changed.`,
      );
    const order = {
      model: spec.name,
      environment,
      deployment: meant === undefined || meant === `v${current.version}` ? current.id : meant,
      by: by.id,
      reason,
    };
    const actor = { person: by.id, cast: { by: account, from } };
    const endpoint = { model: spec.name, environment };
    const event: AuditDraft = {
      ...{ id: `undeploy-${order.deployment}`, by: by.id, action: 'deployment.undeploy' },
      ...{ subject: order.deployment, ...endpoint, via: from.platform },
      ...{ before: { version: current.version }, after: { version: null, reason } },
    };
    const mayStill = async () => {
      await requireStillOperator(actor, environment, 'nothing was changed', needs);
      // Before it is taken out: after a crash in between, automation waits rather than acts.
      await endpoints.change(endpoint, (seen) => heldForUndeploy(seen, order, clock.now()));
    };
    // If somebody else has done it before: what they said.
    const out = await deployments.undeploy(order, mayStill, event);
    await audit.append({ ...event, by: out.by, after: { version: null, reason: out.reason } });
    await needs.bus.publish('deployments', spec.name).catch(foundByPolling);
    await showApproval(out.deployment, `until ${out.by} took it out of service`, needs).catch(
      goneByNow,
    );
    const { hold } = await endpoints.get(endpoint);
    return live(undeploySubject(out), undeployed(out, hold !== undefined), spec.homes);
  },
});

/** Taking a version out must not depend on the request that promoted it. */
function goneByNow(error: unknown): void {
  if (!(error instanceof NotFound)) throw error;
}

/** The gateway also asks the registry every few seconds. */
function foundByPolling(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}
