import { rolloutState, rolloutSubject } from '../../src/cards/rollout.ts';
import type { Endpoint } from '../../src/core/endpoint.ts';
import type { State } from '../../src/core/ports/replies.ts';
import type { RolloutState } from '../../src/core/rollout.ts';
import { type ObservedRollout, observeRollout } from './observe-rollout.ts';
import type { ShowsRollout } from './rollout-needs.ts';

/** Puts a rollout's message into its state of now, wherever it is shown. */
export async function showRollout(
  { model, environment }: Endpoint,
  rollout: RolloutState,
  needs: ShowsRollout,
  signal: AbortSignal,
  known?: ObservedRollout,
): Promise<State> {
  const observed = known ?? (await observeRollout(rollout, environment, model, needs, signal));
  const { judgement, tally, stable } = observed;
  const state = rolloutState({
    ...{ model, environment, rollout, judgement, stable },
    ...{ dropped: tally.shadow.dropped, now: needs.clock.now() },
  });
  await needs.replies.show(rolloutSubject(rollout), state);
  return state;
}
