import { drill as drillJob } from '../jobs/declared/index.ts';
import { drillState, drillSubject } from '../src/cards/drill.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { specIn } from '../src/core/model.ts';
import { live } from '../src/core/reply.ts';
import { environmentOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<'models' | 'environments' | 'deployments' | 'jobs'>;

export const drill = defineCommand({
  name: 'drill',
  summary: 'Try what a rollback would restore, without touching what is live',
  role: 'operator',
  words: ['model'],
  options: { model: modelOption, in: environmentOption },
  examples: ['/drill flights', '/drill flights --in staging'],

  environment: ({ in: where }, { environments }: Parts) => environments.get(where),

  async run({ model, in: where }, { models, environments, deployments, jobs }: Parts, asking) {
    const environment = environments.get(where);
    const spec = specIn(models.get(model), environment);
    if (!(await deployments.live(spec.name, environment)))
      throw new Refused(
        `Nothing is live of ${spec.name} in ${environment}, so there is nothing to drill.`,
        {
          next: `/status ${spec.name} shows what is live where.`,
        },
      );
    const id = deriveId('drill', asking.id);
    const endpoint = { model: spec.name, environment };
    const { by, from } = asking;
    await jobs.enqueue(drillJob, { id, ...endpoint, by: by.id, via: from.platform, asked: true });
    return live(drillSubject(id), drillState(endpoint), spec.homes);
  },
});
