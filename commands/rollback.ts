import { rollBack } from '../jobs/declared/index.ts';
import { rollbackSituation } from '../jobs/steps/rollback-situation.ts';
import { rollbackSubject, rollingBack } from '../src/cards/deployment.ts';
import { rollbackGone } from '../src/cards/rollback.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { specIn } from '../src/core/model.ts';
import { live } from '../src/core/reply.ts';
import { environmentOption, fromOption, modelOption, reasonOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { judgeRollback } from '../src/release/rollback.ts';

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'Restore the last good version immediately, without a vote',
  role: 'operator',
  inReadOnly: 'runs',
  words: ['model'],
  options: { model: modelOption, from: fromOption, in: environmentOption, reason: reasonOption },
  examples: [
    '/rollback flights --reason "late flights are missed since noon"',
    '/rollback flights --from v5',
    '/rollback flights --in staging',
  ],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run(
    { model, from: meant, in: where, reason = 'no reason given' },
    needs: Needs<'models' | 'environments' | 'deployments' | 'jobs' | 'people' | 'clock'>,
    { by, from, account },
  ) {
    const environment = needs.environments.get(where);
    const spec = specIn(needs.models.get(model), environment);
    const situation = await rollbackSituation(spec.name, environment, needs);
    const ruling = judgeRollback(meant, situation);
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
    await needs.jobs.enqueue(rollBack, {
      id: order,
      model: spec.name,
      environment,
      replaces: replaces.id,
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
