import { targetProblem } from '../../src/cards/target.ts';
import { isSameEndpoint } from '../../src/core/endpoint.ts';
import { inWords } from '../../src/core/errors.ts';
import { deriveId } from '../../src/core/ids.ts';
import { specIn } from '../../src/core/model.ts';
import type { WantedState } from '../../src/core/target.ts';
import type { Needs } from '../../src/core/world.ts';
import { isInUse } from './moved-target.ts';
import { lastOf, remember, type TargetOf, targetId } from './target-memory.ts';
import { showTarget, solveTarget, tellMoved } from './target-message.ts';
import { digestOfWanted } from './wanted-state.ts';

type Parts = Needs<'models' | 'endpoints' | 'audit' | 'replies' | 'targets' | 'knownTargets'>;

/**
 * A target that left the configuration is told to remove what it has, by the settings with which it was told last.
 * Nothing happens if it was told already. A job that dies in between tells it again, under the same ID.
 */
export async function retireTarget(of: TargetOf, needs: Parts, signal: AbortSignal): Promise<void> {
  const { models, targets, knownTargets } = needs;
  const known = (await knownTargets.list()).find(
    (one) => isSameEndpoint(one, of) && one.spec.name === of.target,
  );
  const model = models.list().find(({ name }) => name === of.model);
  if (!known || !model) return;
  if (known.moved && isInUse(of, known.spec, needs)) return knownTargets.forget(of, of.target);
  const { nothing, digest, last } = await ending(of, needs);
  if (!(last?.wanted === digest && last.action === 'target.remove')) {
    const id = deriveId('apply', targetId(of), digest, last?.sequence ?? 0);
    await targets.remove(known.spec, nothing, { id, model: specIn(model, of.environment), signal });
    if (known.moved) await tellMoved(of, last, needs);
    else await solveTarget(of, last, 'removed', needs);
    const after = { wanted: digest, revision: nothing.revision };
    await remember(of, last, 'target.remove', after, needs);
  }
  await knownTargets.forget(of, of.target);
}

export async function failedToRetire(of: TargetOf, error: unknown, needs: Parts): Promise<void> {
  if (!needs.models.list().some(({ name }) => name === of.model)) return;
  const { nothing, digest, last } = await ending(of, needs);
  // It is in the channel already, and will be tried again; or only forgetting it failed.
  if (last?.wanted === digest && (last.card !== undefined || last.action === 'target.remove'))
    return;
  const state = targetProblem(of, { kind: 'kept', why: inWords(error) });
  const after = { wanted: digest, revision: nothing.revision };
  await showTarget(of, { last, state, action: 'target.failed', after }, needs);
}

async function ending(of: TargetOf, needs: Pick<Parts, 'endpoints' | 'audit'>) {
  const { model, environment } = of;
  const { revision } = await needs.endpoints.get({ model, environment });
  const nothing: WantedState = {
    ...{ model, environment, revision, stable: null, challenger: null },
  };
  return { nothing, digest: digestOfWanted(nothing), last: await lastOf(of, needs) };
}
