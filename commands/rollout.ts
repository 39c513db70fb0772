import { observeRollout } from '../jobs/steps/observe-rollout.ts';
import type { ObservesRollout } from '../jobs/steps/rollout-needs.ts';
import { rolloutEnded, rolloutState } from '../src/cards/rollout.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { answer, note } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';
import { endpointNamed, endpointOptions, environmentNamed } from './steps/endpoint.ts';

export const rollout = defineCommand({
  name: 'rollout',
  summary: 'Show how far a version is in replacing the live one',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: endpointOptions,
  examples: ['/rollout flights', '/rollout flights --in staging'],

  environment: environmentNamed,

  async run(named, needs: ObservesRollout & Needs<'environments' | 'endpoints'>) {
    const { endpoint, place } = endpointNamed(named, needs);
    const { rollout: running, ended } = await needs.endpoints.get(endpoint);
    const asked = running ?? ended;
    if (!asked) return note(`No rollout of ${place} has begun yet.`, 'note', endpoint);
    const observed = await observeRollout(
      ...([asked, endpoint.environment, endpoint.model, needs] as const),
      AbortSignal.timeout(LONGEST_MS),
    );
    const { judgement, stable, tally } = observed;
    const now = needs.clock.now();
    const dropped = tally.shadow.dropped;
    if (running) {
      const state = rolloutState({
        ...endpoint,
        rollout: running,
        judgement,
        stable,
        dropped,
        now,
      });
      return answer(state.card, state.data);
    }
    if (!ended) throw new Error('a rollout neither goes on nor ended');
    const state = rolloutEnded(endpoint, ended, judgement, stable);
    return answer(state.card, state.data);
  },
});

/** Labels are read from the log. */
const LONGEST_MS = 20_000;
