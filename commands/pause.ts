import { advanceRollout } from '../jobs/declared/index.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { EndpointState } from '../src/core/ports/endpoints.ts';
import { note } from '../src/core/reply.ts';
import { environmentOption, modelOption, reasonOption, rolloutOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { paused } from '../src/release/rollout/next.ts';

export const pause = defineCommand({
  name: 'pause',
  summary: 'Keep a rollout at its step; it is still rolled back if it proves to be worse',
  role: 'operator',
  words: ['model'],
  options: {
    model: modelOption,
    in: environmentOption,
    rollout: rolloutOption,
    reason: reasonOption,
  },
  examples: ['/pause flights --reason "the night is too quiet to compare"'],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run(
    { model, in: where, rollout: meant, reason = 'no reason given' },
    {
      models,
      environments,
      endpoints,
      audit,
      clock,
      jobs,
    }: Needs<'models' | 'environments' | 'endpoints' | 'audit' | 'clock' | 'jobs'>,
    { id, by, from },
  ) {
    const endpoint = { model: models.get(model).name, environment: environments.get(where) };
    const place = `${endpoint.model} in ${endpoint.environment}`;
    const mine = { by: by.id, why: reason, asks: false };
    let seen: EndpointState['rollout'];
    await endpoints.change(endpoint, ({ rollout }) => {
      seen = meant === undefined || rollout?.deployment === meant ? rollout : undefined;
      // One that asks is paused already, and /resume would accept what it asks.
      return seen && !seen.paused ? { rollout: paused(seen, mine, clock.now()) } : undefined;
    });
    if (!seen)
      throw new Refused(
        `${meant === undefined ? 'No' : 'That'} rollout of ${place} is ${meant === undefined ? '' : 'not '}in progress.`,
      );
    if (seen.paused)
      throw new Refused(`The rollout of ${place} is already paused: ${seen.paused.why}.`);
    await audit.append({
      id: `pause-${from.platform}-${id}`,
      by: by.id,
      action: 'rollout.pause',
      subject: seen.deployment,
      ...endpoint,
      via: from.platform,
      after: { step: seen.step, reason },
    });
    await jobs.enqueue(advanceRollout, { ...endpoint, deployment: seen.deployment });
    return note(
      `${by.name} paused the rollout of v${seen.version} of ${place}.`,
      'warning',
      endpoint,
    );
  },
});
