import { rollBack } from '../jobs/roll-back.ts';
import { rollbackSubject, rollingBack } from '../src/cards/deployment.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { live } from '../src/core/reply.ts';
import { environmentOption, modelOption, reasonOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'Put the last good version back, at once and without a vote',
  role: 'operator',
  words: ['model'],
  options: { model: modelOption, in: environmentOption, reason: reasonOption },
  examples: ['/rollback flights --reason "late flights are missed since noon"'],

  async run(
    { model, in: where, reason = 'no reason given' },
    {
      models,
      environments,
      deployments,
      jobs,
    }: Needs<'models' | 'environments' | 'deployments' | 'jobs'>,
    { by, from },
  ) {
    const spec = models.get(model);
    const environment = environments.get(where);
    const [current, previous] = await Promise.all([
      deployments.live(spec.name, environment),
      deployments.previousGood(spec.name, environment),
    ]);
    if (!current)
      throw new Refused(
        `Nothing of ${spec.name} is live in ${environment}, so there is nothing to roll back.`,
        {
          next: `/models ${spec.name} lists its versions.`,
        },
      );
    if (!previous)
      throw new Refused(
        `${spec.name} v${current.version} is the first in ${environment}: there is nothing to roll back to.`,
        { next: `/promote ${spec.name} VERSION brings another.` },
      );
    const order = deriveId('deployment', 'rollback', current.id);
    await jobs.enqueue(rollBack, {
      id: order,
      model: spec.name,
      environment,
      replaces: current.id,
      by: by.id,
      reason,
      via: from.platform,
    });
    const state = rollingBack({
      model: spec.name,
      environment,
      from: current.version,
      to: previous.version,
      by: by.name,
      reason,
    });
    return live(rollbackSubject(order), state, spec.homes);
  },
});
