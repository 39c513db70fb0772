import { endRollout } from '../jobs/declared/index.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { note } from '../src/core/reply.ts';
import { environmentOption, modelOption, rolloutOption, whyOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const abort = defineCommand({
  name: 'abort',
  summary: 'End a rollout; the stable version answers all requests again',
  role: 'operator',
  inReadOnly: 'runs',
  words: ['model'],
  options: { model: modelOption, in: environmentOption, rollout: rolloutOption, reason: whyOption },
  examples: ['/abort flights --reason "callers complain about the prices"'],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run(
    { model, in: where, rollout: meant, reason },
    {
      models,
      environments,
      endpoints,
      jobs,
    }: Needs<'models' | 'environments' | 'endpoints' | 'jobs'>,
    { by, from, account },
  ) {
    const endpoint = { model: models.get(model).name, environment: environments.get(where) };
    const place = `${endpoint.model} in ${endpoint.environment}`;
    const { rollout } = await endpoints.get(endpoint);
    if (!rollout || (meant !== undefined && rollout.deployment !== meant))
      throw new Refused(
        `${meant === undefined ? 'No' : 'That'} rollout of ${place} is ${meant === undefined ? '' : 'not '}in progress.`,
        {
          next: `/rollback ${endpoint.model} --in ${endpoint.environment} restores the version before.`,
        },
      );
    await jobs.enqueue(endRollout, {
      ...{ ...endpoint, deployment: rollout.deployment },
      ...{ by: by.id, reason, via: from.platform, cast: { by: account, from } },
    });
    return note(`Ending the rollout of v${rollout.version} of ${place}.`, 'progress', endpoint);
  },
});
