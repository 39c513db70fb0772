import { endRollout, rollBack } from '../jobs/declared/index.ts';
import { rollbackSituation } from '../jobs/steps/rollback-situation.ts';
import { rollbackSubject, rollingBack } from '../src/cards/deployment.ts';
import { rollbackGone } from '../src/cards/rollback.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { specIn } from '../src/core/model.ts';
import { live, note } from '../src/core/reply.ts';
import {
  environmentOption,
  fromOption,
  modelOption,
  reasonOption,
  restoresOption,
} from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { judgeRollback } from '../src/release/rollback.ts';

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'Restore the last good version immediately, without a vote',
  role: 'operator',
  inReadOnly: 'runs',
  words: ['model'],
  options: {
    model: modelOption,
    from: fromOption,
    to: restoresOption,
    in: environmentOption,
    reason: reasonOption,
  },
  examples: [
    '/rollback flights --reason "late flights are missed since noon"',
    '/rollback flights --from v5',
    '/rollback flights --to v3',
    '/rollback flights --in staging',
  ],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run(
    { model, from: meant, to, in: where, reason = 'no reason given' },
    needs: Needs<
      'models' | 'environments' | 'deployments' | 'endpoints' | 'jobs' | 'people' | 'clock'
    >,
    { by, from, account },
  ) {
    const environment = needs.environments.get(where);
    const spec = specIn(needs.models.get(model), environment);
    const { rollout } = await needs.endpoints.get({ model: spec.name, environment });
    const isMeant = meant === undefined || meant === rollout?.deployment;
    if (rollout && to === undefined && (isMeant || meant === `v${rollout.version}`)) {
      // What replaces the live version is what a rollback takes back, whichever step it is at.
      await needs.jobs.enqueue(endRollout, {
        ...{ model: spec.name, environment, deployment: rollout.deployment },
        ...{ by: by.id, reason, via: from.platform, cast: { by: account, from } },
      });
      const words = `Ending the rollout of v${rollout.version} of ${spec.name} in ${environment}; the stable version answers all requests again.`;
      return note(words, 'progress', { deployment: rollout.deployment });
    }
    const situation = await rollbackSituation(spec.name, environment, needs);
    const ruling = judgeRollback(meant, situation, to);
    if (ruling.status === 'not before')
      throw new Refused(
        `${spec.name} v${to} cannot be restored in ${environment}: it was not live before v${ruling.live.version}, or was rolled back since.`,
        {
          next:
            ruling.possible.length > 0
              ? `Possible are ${ruling.possible.map((one) => `v${one}`).join(', ')}; /promote deploys any other.`
              : `No earlier version is left to restore; /promote deploys one.`,
        },
      );
    if (ruling.status === 'nothing live')
      throw new Refused(
        `No version of ${spec.name} is live in ${environment}, so there is nothing to roll back.`,
        { next: `/models ${spec.name} lists its versions; /promote deploys one.` },
      );
    if (ruling.status === 'gone') {
      const nameOf = (person: string) => needs.people.byId(person)?.name ?? person;
      const { message, next } = rollbackGone(ruling, nameOf, needs.clock.now());
      throw new Refused(message, { next });
    }
    if (ruling.status === 'first')
      throw new Refused(
        ruling.earlier
          ? `There is no earlier version of ${spec.name} to restore in ${environment}: those that were live before v${ruling.live.version} were rolled back or taken out of service.`
          : `${spec.name} v${ruling.live.version} is the first version in ${environment}, so there is no earlier version to restore.`,
        {
          next: `Use /promote ${spec.name} VERSION --to ${environment} to deploy another version, or /undeploy ${spec.name} --in ${environment} --reason "…" to take it out of service.`,
        },
      );
    const { replaces, restores } = ruling;
    // Derived from the deployment that it replaces: however many people request it, and however often, it is
    // one rollback.
    const order = deriveId('deployment', 'rollback', replaces.id);
    const further = to === undefined ? {} : { restores: restores.id };
    await needs.jobs.enqueue(rollBack, {
      id: order,
      model: spec.name,
      environment,
      replaces: replaces.id,
      ...further,
      by: by.id,
      reason,
      via: from.platform,
      cast: { by: account, from },
    });
    const state = rollingBack({
      model: spec.name,
      environment,
      from: replaces.version,
      to: restores.version,
      by: by.name,
      reason,
    });
    return live(rollbackSubject(order), state, spec.homes);
  },
});
