import { runSubject, trainingState } from '../../src/cards/run.ts';
import { toJson } from '../../src/core/json.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { RetrainPolicy } from '../../src/core/retrain-policy.ts';
import type { Retraining } from '../../src/core/retraining.ts';
import type { Needs } from '../../src/core/world.ts';
import { train } from '../declared/index.ts';

/**
 * Stores, records, posts and queues a training that the policy has decided on. Idempotent: after a crash it is done
 * again until it is marked as begun.
 */
export async function startRetraining(
  { run: id, trigger, window }: Retraining,
  { spec, policy }: { spec: ModelSpec; policy: RetrainPolicy },
  { runs, audit, replies, jobs, retrainings }: StartParts,
): Promise<void> {
  const { parameters } = spec;
  const run = await runs.create({
    ...{ id, kind: 'train', model: spec.name, window, versions: [], trigger },
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]),
    ),
    requestedBy: policy.owner,
  });
  await audit.append({
    ...{ id: `retrain-${id}`, by: 'wheelhouse', action: 'retraining.start', subject: id },
    ...{ model: spec.name, environment: policy.to, via: 'policy' },
    after: toJson({ trigger, window, owner: policy.owner }),
  });
  const subject = runSubject(run);
  // The state is only used if the message has none yet: a worker may have begun.
  for (const home of spec.homes) await replies.open(subject, home, trainingState(run));
  if (run.status === 'queued') await jobs.enqueue(train, { run: id, automatic: true });
  await retrainings.change(spec.name, ({ trainings }) =>
    trainings.map((one) => (one.run === id ? { ...one, begun: true } : one)),
  );
}

export type StartParts = Needs<'runs' | 'audit' | 'replies' | 'jobs' | 'retrainings'>;
