import { releaseInWords } from '../src/cards/release-words.ts';
import { defineJob } from '../src/core/job.ts';
import {
  currentStep,
  endWith,
  failedAt,
  isOpen,
  type Pipeline,
  type StepState,
  withStep,
} from '../src/core/pipeline.ts';
import type { PipelineChange } from '../src/core/ports/pipelines.ts';
import type { Release } from '../src/core/release.ts';
import type { Needs } from '../src/core/world.ts';
import { releaseOf } from '../src/release/follow.ts';
import { followPipeline as followPipelineJob } from './declared/index.ts';
import { NOT_DEPLOYED } from './deploy.ts';
import { heldFor } from './steps/pipeline/held.ts';
import { isJob, queueSteps } from './steps/pipeline/queue.ts';
import { type SettleParts, settlePipeline } from './steps/pipeline/settle.ts';
import { runNow } from './steps/pipeline/show.ts';

type Parts = SettleParts &
  Needs<'approvals' | 'deployments' | 'endpoints' | 'freezes' | 'jobs' | 'models'>;

/** Longer than a dead worker's lock. */
const SILENT_MS = 60_000;

/**
 * Looks after a pipeline that has not ended: shows what people and the gateway have made of its request, and goes on
 * with one that was held or that a crash has left. One that just ended is told again, in case whoever ended it died.
 */
export const followPipeline = defineJob({
  ...followPipelineJob,

  async run({ pipeline: id }, needs: Parts) {
    const pipeline = await needs.pipelines.get(id);
    const current = currentStep(pipeline);
    if (pipeline.end || !current) return settlePipeline(pipeline, needs);
    if (pipeline.made.approval !== undefined) await follow(pipeline, pipeline.made.approval, needs);
    // Of several branches, some may wait for people while others work.
    if (!pipeline.steps.some((step) => isOwn(step, pipeline))) return;
    const held = pipeline.steps.find((step) => step.status === 'waiting' && isOwn(step, pipeline));
    if (held) return resume(pipeline, held, needs);
    if (await isSilent(pipeline, needs)) await queueSteps(pipeline, needs);
  },
});

/** A step that a job does, and nobody's decision is waited for. */
const isOwn = (step: StepState, { made }: Pipeline): boolean =>
  isOpen(step) && isJob(step) && (step.name !== 'promote' || made.approval === undefined);

/** Its worker may have died before or after it queued what is next. */
async function isSilent(pipeline: Pipeline, needs: Parts): Promise<boolean> {
  const run = await runNow(pipeline, needs);
  const seen = Math.max(pipeline.seenAt.getTime(), run?.seenAt?.getTime() ?? 0);
  return needs.clock.now().getTime() - seen > SILENT_MS;
}

/** A step was held: it is done when nothing holds it any more. */
async function resume(pipeline: Pipeline, current: StepState, needs: Parts): Promise<void> {
  const spec = needs.models.list().find(({ name }) => name === pipeline.model);
  if (!spec) return;
  const held = await heldFor({ pipeline, spec }, needs);
  if (held === undefined) return queueSteps(pipeline, needs);
  // The job of another branch may be lost.
  if (await isSilent(pipeline, needs)) await queueSteps(pipeline, needs, current.name);
  if (current.why === held) return;
  const after = await needs.pipelines.change(pipeline.id, (now) =>
    now.revision === pipeline.revision
      ? { steps: withStep(now.steps, current.name, { why: held }) }
      : undefined,
  );
  await settlePipeline(after, needs);
}

async function follow(pipeline: Pipeline, approvalId: string, needs: Parts): Promise<void> {
  const approval = await needs.approvals.get(approvalId);
  const { model, environment, deployment } = approval;
  const events = await needs.audit.list({ subject: approvalId, limit: 100 });
  const release = releaseOf({
    approval,
    endpoint: await needs.endpoints.get({ model, environment }),
    deployment: deployment === undefined ? undefined : await needs.deployments.find(deployment),
    failed: events.some(({ action }) => action === NOT_DEPLOYED),
  });
  const now = needs.clock.now();
  const after = await needs.pipelines.change(pipeline.id, (seen) =>
    seen.revision === pipeline.revision ? changeFor(seen, release, now) : undefined,
  );
  if (after.revision !== pipeline.revision) await settlePipeline(after, needs);
}

/** Undefined if it shows that already. */
function changeFor(pipeline: Pipeline, release: Release, now: Date): PipelineChange | undefined {
  const { steps } = pipeline;
  const why = releaseInWords(release);
  const isAsked = release.at === 'gates' || release.at === 'votes' || release.at === 'refused';
  const name = isAsked ? 'promote' : 'rollout';
  const before = isAsked
    ? steps
    : steps.map((step) => (step.name === 'promote' ? settled(step, now) : step));
  const step = before.find((one) => one.name === name);
  const isOver = release.at === 'refused' || release.at === 'ended';
  // The pipeline ends with the decision, where it does not roll out.
  if (!step || release.at === 'live') {
    const decided = before.map((one) =>
      one.name === 'promote' || one.name === 'rollout' ? settled(one, now) : one,
    );
    const isNews = decided.some(({ status }, at) => status !== steps[at]?.status);
    // Another branch may still be at work: it ends the pipeline when it is done.
    return isNews ? { steps: decided, seenAt: now, ...endWith(decided, now) } : undefined;
  }
  if (!isOpen(step)) return undefined;
  if (isOver) {
    const failed = failedAt(before, name, { why, at: now });
    return { steps: failed, seenAt: now, ...endWith(failed, now) };
  }
  const waits = release.at === 'votes' || (release.at === 'rollout' && release.rollout.paused);
  const status = waits ? ('waiting' as const) : ('running' as const);
  if (step.status === status && step.why === why) return undefined;
  return {
    steps: withStep(before, name, { status, why, startedAt: step.startedAt ?? now }),
    seenAt: now,
  };
}

/** Done, without the reason why it was not. */
function settled(step: Pipeline['steps'][number], now: Date): Pipeline['steps'][number] {
  if (step.status === 'done') return step;
  const { why: _, ...rest } = step;
  return { ...rest, status: 'done', finishedAt: now };
}
