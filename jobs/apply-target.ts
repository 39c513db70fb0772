import { setTimeout as delay } from 'node:timers/promises';
import { targetProblem } from '../src/cards/target.ts';
import { inWords } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import { type ModelSpec, targetsIn } from '../src/core/model.ts';
import type { TargetSpec } from '../src/core/target.ts';
import { GivenUp, NotYet } from '../src/core/target-errors.ts';
import type { Needs } from '../src/core/world.ts';
import { applyTarget as declared } from './declared/index.ts';
import { compareTarget } from './steps/compare-target.ts';
import { rememberFormer } from './steps/moved-target.ts';
import { failedToRetire, retireTarget } from './steps/retire-target.ts';
import {
  isDue,
  isGivenUp,
  lastOf,
  remember,
  rememberBegun,
  type TargetOf,
  targetId,
} from './steps/target-memory.ts';
import { showTarget, solveTarget } from './steps/target-message.ts';
import { digestOfWanted, requireTickets, type Wanting, wantedState } from './steps/wanted-state.ts';

type Parts = Wanting &
  Needs<'models' | 'audit' | 'replies' | 'targets' | 'knownTargets' | 'versions' | 'clock'>;

/** What is wanted may change while it is applied; further changes are left to the next job. */
const ROUNDS = 5;
/** A target that is on its way is asked again soon, and then, so that others get their turn, at the next look. */
const LOOKS = 10;
const LOOK_MS = 2000;

/**
 * Applies what must be live now to a target, whatever it was when the job was queued, and compares it with what the
 * target reports. The switch of the gateway never waits for it, and is never undone by it. A job that dies after it
 * applied something applies it again, under the same ID.
 */
export const applyTarget = defineJob({
  ...declared,

  async run({ retired, ...of }, needs: Parts, signal) {
    const found = targetOf(of, needs);
    // Otherwise the configuration has changed since it was queued, or another process has a newer one.
    if (!found) return retired ? retireTarget(of, needs, signal) : undefined;
    const { model, target } = found;
    let looks = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { wanted, deployments, since } = await wantedState(of, needs);
      const last = await lastOf(of, needs);
      const follows = needs.targets.follows(target);
      // Nothing was ever live here.
      if (!wanted.stable && !last && !(follows && wanted.revision > 0)) return;
      const digest = digestOfWanted(wanted, needs.targets.placeOf(target)?.address);
      if (!isDue(last, digest, follows)) {
        if (round > 0 || isGivenUp(last)) return;
        const seen = { target, model, wanted, digest, last, since: follows ? since : undefined };
        return compareTarget(of, seen, needs, signal);
      }
      const isNothing = !wanted.stable && !wanted.challenger;
      const [send, action] = isNothing
        ? ([needs.targets.remove, 'target.remove'] as const)
        : ([needs.targets.apply, 'target.apply'] as const);
      if (!follows) {
        await requireTickets(deployments, needs);
        await rememberFormer(of, target, needs);
        await needs.knownTargets.see({ ...endpointOf(of), spec: target });
      }
      const id = deriveId('apply', targetId(of), digest, last?.sequence ?? 0);
      // Only where somebody asked for it: whoever deleted them may have had a reason.
      const isRepair = last?.action === 'target.repair' && !follows;
      const known = isRepair ? await needs.knownTargets.get(of, of.target) : undefined;
      const restores = known?.shown ?? [];
      try {
        await send(target, wanted, { id, model, restores, signal });
      } catch (error) {
        if (!(error instanceof NotYet)) throw error;
        await rememberBegun(of, last, { wanted: digest, revision: wanted.revision }, needs);
        looks += 1;
        if (looks === LOOKS) return;
        await delay(LOOK_MS, undefined, { signal });
        // By then something else may be wanted, such as a rollback.
        round -= 1;
        continue;
      }
      // Whether one that follows by itself has done so is seen at the next look.
      const card = follows ? last?.card : undefined;
      if (!follows) await solveTarget(of, last, 'applied', needs);
      await remember(of, last, action, { wanted: digest, card, revision: wanted.revision }, needs);
    }
  },

  async failed({ retired, ...of }, error, needs: Parts) {
    const found = targetOf(of, needs);
    if (!found) return retired ? failedToRetire(of, error, needs) : undefined;
    const { wanted } = await wantedState(of, needs);
    const digest = digestOfWanted(wanted, needs.targets.placeOf(found.target)?.address);
    const last = await lastOf(of, needs);
    const follows = needs.targets.follows(found.target);
    if (!wanted.stable && !last && !follows) return;
    // It is in the channel already, and will be tried again.
    const isNew = last?.action === 'target.begin';
    if (last?.wanted === digest && last.card !== undefined && !isNew) return;
    const kind = isDue(last, digest, follows) ? 'failed' : 'unseen';
    const isFinal = kind === 'failed' && error instanceof GivenUp;
    const state = targetProblem(of, { kind: isFinal ? 'given up' : kind, why: inWords(error) });
    const after = { wanted: digest, revision: wanted.revision, ...(isFinal && { final: true }) };
    await showTarget(of, { last, state, action: `target.${kind}`, after }, needs);
  },
});

const endpointOf = ({ model, environment }: TargetOf) => ({ model, environment });

function targetOf(
  { model: name, environment, target: wanted }: TargetOf,
  { models }: Parts,
): { model: ModelSpec; target: TargetSpec } | undefined {
  const model = models.list().find((spec) => spec.name === name);
  const target = model && targetsIn(model, environment).find((one) => one.name === wanted);
  return model && target && { model, target };
}
