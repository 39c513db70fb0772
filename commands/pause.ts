import { advanceRollout } from '../jobs/declared/index.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { note } from '../src/core/reply.ts';
import { reasonOption, rolloutOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { paused } from '../src/release/rollout/next.ts';
import { type ChangeParts, changeEndpoint } from './steps/change-endpoint.ts';
import {
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
    needs: ChangeParts & Needs<'clock' | 'jobs'>,
    asking,
  ) {
    const { by } = asking;
    const mine = { by: by.id, why: reason, asks: false };
    const { endpoint, place, seen, answered } = await changeEndpoint(
      named,
      needs,
      asking,
      ['rollout.pause'],
      (state) => {
        const running = rolloutMeant(state, meant);
        // One that asks is paused already, and /resume would accept what it asks.
        if (!running || running.paused) return undefined;
        const { deployment: subject, step } = running;
        return {
          rollout: paused(running, mine, needs.clock.now()),
          recorded: [{ action: 'rollout.pause', subject, after: { step, reason } }],
        };
      },
    );
    if (answered) return answered;
    const rollout = rolloutMeant(seen, meant);
    if (!rollout) throw notInProgress(place, meant);
    const { paused: already, deployment, version } = rollout;
    if (already) throw new Refused(`The rollout of ${place} is already paused: ${already.why}.`);
    await needs.jobs.enqueue(advanceRollout, { ...endpoint, deployment });
    return note(`${by.name} paused the rollout of v${version} of ${place}.`, 'warning', endpoint);
  },
});
