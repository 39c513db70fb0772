import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import type { ModelSpec } from '../src/core/model.ts';
import { runOfPipeline } from '../src/core/pipeline.ts';
import { FINAL } from '../src/core/ports/runs.ts';
import type { RetrainPolicy } from '../src/core/retrain-policy.ts';
import {
  inBudgetWeek,
  type Retraining,
  type RetrainOutcome,
  type RetrainRuling,
} from '../src/core/retraining.ts';
import { judgeRetraining } from '../src/retraining/judge.ts';
import { considerRetraining as considerRetrainingJob } from './declared/index.ts';
import { type FactParts, minutesOf, retrainFacts, withDone } from './steps/retrain-facts.ts';
import { type StartParts, startRetraining } from './steps/start-retraining.ts';
import { tellHeld } from './steps/tell-held.ts';

type Parts = FactParts & StartParts;

/** Trainings that are remembered besides those of the last week. */
const KEPT = 20;

/**
 * Asks the retraining policy of a model, starts what it decides, and follows what it has started. What it decides is
 * written conditional on what it has done before: of two that decide at once, one writes, and the other asks again.
 */
export const considerRetraining = defineJob({
  ...considerRetrainingJob,

  async run({ model: name }, needs: Parts) {
    const spec = needs.models.list().find((one) => one.name === name);
    const policy = spec?.retrain;
    if (!spec || !policy) return;
    const done = await needs.retrainings.get(name);
    for (const one of done.trainings.filter(({ outcome }) => !outcome))
      await follow(one, { spec, policy }, needs);
    const facts = await retrainFacts(spec, policy, needs);
    const now = needs.clock.now();
    let ruling: RetrainRuling | undefined;
    let started: Retraining | undefined;
    await needs.retrainings.change(name, (seen) => {
      ruling = judgeRetraining(withDone(facts, seen), policy, now);
      started = undefined;
      if (!ruling.train) return undefined;
      const { trigger } = ruling;
      const pipeline = deriveId('pipeline', 'policy', name, trigger.on, trigger.key);
      const run = runOfPipeline(pipeline, 1);
      // It has been trained for that already, whatever came of it.
      if (seen.trainings.some((one) => one.run === run)) return undefined;
      started = { run, pipeline, at: now, trigger, window: facts.window };
      return [...remembered(seen.trainings, now), started];
    });
    if (started) await startRetraining(started, { spec, policy }, needs);
    await tellHeld(spec, { ruling, since: facts.newest?.version ?? 0 }, needs);
  },
});

function remembered(trainings: readonly Retraining[], now: Date): Retraining[] {
  const counted = new Set([...inBudgetWeek(trainings, now), ...trainings.slice(-KEPT)]);
  return trainings.filter((one) => counted.has(one) || !one.outcome);
}

/**
 * Goes on with a training where a crash has left it. A pipeline looks after itself; one of an earlier release has none,
 * and what it trained is left to people.
 */
async function follow(
  one: Retraining,
  about: { spec: ModelSpec; policy: RetrainPolicy },
  needs: Parts,
): Promise<void> {
  if (!one.begun) return startRetraining(one, about, needs);
  if (one.pipeline !== undefined) return;
  const run = await needs.runs.get(one.run);
  if (!FINAL.includes(run.status)) return;
  const outcome: RetrainOutcome =
    run.version === undefined ? { kind: 'failed' } : { kind: 'nothing', version: run.version };
  await needs.retrainings.change(about.spec.name, ({ trainings }) =>
    trainings.map((now) =>
      now.run === one.run && !now.outcome ? { ...now, minutes: minutesOf(run), outcome } : now,
    ),
  );
}
