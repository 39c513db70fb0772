import { pipelineSubject } from '../../../src/cards/pipeline.ts';
import { concludedCard } from '../../../src/cards/retraining.ts';
import { toJson } from '../../../src/core/json.ts';
import { failedStep, inRun, isOpen, outcomeOf, type Pipeline } from '../../../src/core/pipeline.ts';
import { FINAL } from '../../../src/core/ports/runs.ts';
import type { RetrainOutcome } from '../../../src/core/retraining.ts';
import type { Needs } from '../../../src/core/world.ts';
import { minutesOf } from '../retrain-facts.ts';
import { runNow, showPipeline } from './show.ts';

export type SettleParts = Needs<
  'pipelines' | 'runs' | 'replies' | 'audit' | 'models' | 'retrainings' | 'clock'
>;

/**
 * What follows from the state of a pipeline: the end of its run, the record of its end, what the retraining policy
 * remembers of it, and its message. Done again, it changes nothing.
 */
export async function settlePipeline(pipeline: Pipeline, needs: SettleParts): Promise<void> {
  const { id, model, to, requestedBy, attempt, end, steps, made } = pipeline;
  await endRun(pipeline, needs);
  if (end)
    await needs.audit.append({
      ...{ id: `end-${id}-${attempt}`, by: requestedBy, action: 'pipeline.end', subject: id },
      ...{ model, environment: to, via: 'queue' },
      after: toJson({
        ...{ end: end.kind, version: made.version, approval: made.approval },
        steps: steps.map(({ name, status, reused, why }) => ({ name, status, reused, why })),
      }),
    });
  await tellPolicy(pipeline, needs);
  await showPipeline(id, needs);
}

/** Its run is over when all steps of it are: also if one before them failed, so that they are not done. */
async function endRun(pipeline: Pipeline, needs: SettleParts): Promise<void> {
  const own = pipeline.steps.filter(({ name }) => inRun(name));
  const isWhole = own.every(({ status }) => status === 'done');
  const run = own.some(isOpen) ? undefined : await runNow(pipeline, needs);
  if (!run || FINAL.includes(run.status)) return;
  const { version } = pipeline.made;
  const error = (failedStep({ steps: own }) ?? failedStep(pipeline))?.why;
  await needs.runs.finish(run.id, {
    ...(isWhole
      ? { status: 'succeeded' as const, ...(version !== undefined && { version }) }
      : { status: 'failed' as const, ...(error !== undefined && { error }) }),
  });
}

/** What the retraining policy started has come to something: the first time counts. */
async function tellPolicy(pipeline: Pipeline, needs: SettleParts): Promise<void> {
  const outcome = outcomeOf(pipeline);
  if (!outcome || !pipeline.trigger) return;
  const { id, model, to } = pipeline;
  const run = await runNow({ id, attempt: 1 }, needs);
  const minutes = run ? minutesOf(run) : 0;
  const { trainings } = await needs.retrainings.change(model, (seen) =>
    seen.trainings.some((one) => one.pipeline === id && !one.outcome)
      ? seen.trainings.map((one) =>
          one.pipeline === id && !one.outcome ? { ...one, minutes, outcome } : one,
        )
      : undefined,
  );
  const stored = trainings.find((one) => one.pipeline === id)?.outcome;
  if (stored) await tell(pipeline, stored, to, needs);
}

async function tell(
  pipeline: Pipeline,
  outcome: RetrainOutcome,
  to: string,
  { audit, replies, models }: SettleParts,
): Promise<void> {
  const { id, model } = pipeline;
  const spec = models.list().find(({ name }) => name === model);
  await audit.append({
    ...{ id: `retrained-${id}`, by: 'wheelhouse', action: 'retraining.end', subject: id },
    ...{ model, environment: to, via: 'policy', after: toJson(outcome) },
  });
  // The message of a failed one says why.
  if (outcome.kind === 'failed' || !spec?.retrain) return;
  const card = concludedCard(outcome, { run: pipeline, policy: spec.retrain, spec });
  await replies.tell(pipelineSubject(pipeline), 'concluded', card);
}
