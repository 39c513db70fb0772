import { toJson } from '../../src/core/json.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import { pendingSteps } from '../../src/core/pipeline.ts';
import { type StepName, type StepSpec, usualPipeline } from '../../src/core/pipeline-spec.ts';
import type { RetrainPolicy } from '../../src/core/retrain-policy.ts';
import type { Retraining } from '../../src/core/retraining.ts';
import type { Needs } from '../../src/core/world.ts';
import { type StartParts as StartingPipeline, startPipeline } from './pipeline/start.ts';

export type StartParts = StartingPipeline & Needs<'runs' | 'retrainings'>;

/** Of a trigger that proposes nothing, the pipeline ends before these. */
const PROPOSING: readonly StepName[] = ['compare', 'promote', 'rollout'];

/**
 * Starts the pipeline of a training that the policy has decided on. Idempotent: after a crash it is done again until it
 * is marked as begun.
 */
export async function startRetraining(
  { run, pipeline: id, trigger, window }: Retraining,
  { spec, policy }: { spec: ModelSpec; policy: RetrainPolicy },
  needs: StartParts,
): Promise<void> {
  // Decided on by an earlier release, and never begun.
  if (id === undefined) return forget(spec.name, run, needs);
  const { steps, reuse } = spec.pipeline ?? usualPipeline(policy.to);
  const shown = trigger.result === 'propose' ? steps : without(steps, PROPOSING);
  await needs.audit.append({
    ...{ id: `retrain-${id}`, by: 'wheelhouse', action: 'retraining.start', subject: id },
    ...{ model: spec.name, environment: policy.to, via: 'policy' },
    after: toJson({ trigger, window, owner: policy.owner }),
  });
  await startPipeline(
    {
      ...{ id, model: spec.name, window, trigger, to: policy.to, reuse },
      ...{ requestedBy: policy.owner, automation: `the retraining policy of ${spec.name}` },
      minGain: trigger.minGain,
      parameters: Object.fromEntries(
        Object.entries(spec.parameters).map(([name, parameter]) => [name, parameter.default]),
      ),
      steps: pendingSteps(shown),
    },
    spec,
    'policy',
    needs,
  );
  await needs.retrainings.change(spec.name, ({ trainings }) =>
    trainings.map((one) => (one.pipeline === id ? { ...one, begun: true } : one)),
  );
}

/** Whatever else came after one of them is left out with it. */
function without(steps: readonly StepSpec[], names: readonly string[]): StepSpec[] {
  const gone = new Set<string>(names);
  for (const { name, after } of steps) if (after.some((one) => gone.has(one))) gone.add(name);
  return steps.filter(({ name }) => !gone.has(name));
}

async function forget(model: string, run: string, { retrainings }: StartParts): Promise<void> {
  await retrainings.change(model, ({ trainings }) =>
    trainings.filter((one) => one.run !== run || one.outcome),
  );
}
