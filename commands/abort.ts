import { endRollout } from '../jobs/declared/index.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { note } from '../src/core/reply.ts';
import { rolloutOption, whyOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import {
  endpointNamed,
  endpointOptions,
  environmentNamed,
  notInProgress,
  rolloutMeant,
} from './steps/endpoint.ts';

export const abort = defineCommand({
  name: 'abort',
  summary: 'End a rollout; the stable version answers all requests again',
  role: 'operator',
  inReadOnly: 'runs',
  words: ['model'],
  options: { ...endpointOptions, rollout: rolloutOption, reason: whyOption },
  examples: ['/abort flights --reason "callers complain about the prices"'],

  environment: environmentNamed,

  async run(
    { rollout: meant, reason, ...named },
    needs: Needs<'models' | 'environments' | 'endpoints' | 'jobs'>,
    { by, from, account },
  ) {
    const { endpoint, place } = endpointNamed(named, needs);
    const rollout = rolloutMeant(await needs.endpoints.get(endpoint), meant);
    if (!rollout) {
      const next = `/rollback ${endpoint.model} --in ${endpoint.environment} restores the version before.`;
      throw notInProgress(place, meant, next);
    }
    await needs.jobs.enqueue(endRollout, {
      ...{ ...endpoint, deployment: rollout.deployment },
      ...{ by: by.id, reason, via: from.platform, cast: { by: account, from } },
    });
    return note(`Ending the rollout of v${rollout.version} of ${place}.`, 'progress', endpoint);
  },
});
