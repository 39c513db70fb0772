import { advanceRollout } from '../jobs/declared/index.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { EndpointState } from '../src/core/ports/endpoints.ts';
import { note } from '../src/core/reply.ts';
import { reasonOption, rolloutOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { paused } from '../src/release/rollout/next.ts';
import {
  endpointNamed,
  endpointOptions,
  environmentNamed,
  notInProgress,
  rolloutMeant,
} from './steps/endpoint.ts';

export const pause = defineCommand({
  name: 'pause',
  summary: 'Keep a rollout at its step; it is still rolled back if it proves to be worse',
  role: 'operator',
  words: ['model'],
  options: { ...endpointOptions, rollout: rolloutOption, reason: reasonOption },
  examples: ['/pause flights --reason "the night is too quiet to compare"'],

  environment: environmentNamed,

  async run(
    { rollout: meant, reason = 'no reason given', ...named },
    needs: Needs<'models' | 'environments' | 'endpoints' | 'audit' | 'clock' | 'jobs'>,
    { id, by, from },
  ) {
    const { endpoint, place } = endpointNamed(named, needs);
    const { endpoints, audit, clock, jobs } = needs;
    const mine = { by: by.id, why: reason, asks: false };
    let seen: EndpointState['rollout'];
    await endpoints.change(endpoint, (state) => {
      seen = rolloutMeant(state, meant);
      // One that asks is paused already, and /resume would accept what it asks.
      return seen && !seen.paused ? { rollout: paused(seen, mine, clock.now()) } : undefined;
    });
    if (!seen) throw notInProgress(place, meant);
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
