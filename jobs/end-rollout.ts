import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { endRollout as declared } from './declared/index.ts';
import { endRollout as end, tellEnd } from './steps/end-of-rollout.ts';
import type { EndsRollout } from './steps/rollout-needs.ts';
import { requireStillOperator } from './steps/still-operator.ts';

type Parts = EndsRollout & Needs<'people' | 'links'>;

/** Ends a rollout at once because somebody says so. It names the challenger: two people press at once, one end. */
export const endRollout = defineJob({
  ...declared,

  async run({ model, environment, deployment, by, reason, via, cast }, needs: Parts, signal) {
    const actor = { person: by, ...(cast && { cast }) };
    const how = { outcome: 'aborted', by, why: reason } as const;
    await end({ model, environment }, deployment, how, needs, () =>
      requireStillOperator(actor, environment, 'the rollout goes on', needs),
    );
    await tellEnd({ model, environment }, deployment, via, needs, signal);
  },
});
