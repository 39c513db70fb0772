import { canonical, sha256 } from '../../../src/core/canonical.ts';
import { inWords } from '../../../src/core/errors.ts';
import { toJson } from '../../../src/core/json.ts';
import type { ModelSpec } from '../../../src/core/model.ts';
import {
  endWith,
  failedAt,
  failedStep,
  graphOf,
  inRun,
  isReady,
  type Made,
  type Pipeline,
  type StepState,
  skipped,
  withStep,
} from '../../../src/core/pipeline.ts';
import { branches } from '../../../src/core/pipeline-graph.ts';
import type { Needs } from '../../../src/core/world.ts';
import type { StepPayload } from '../../declared/index.ts';
import { logFailure } from '../log-failure.ts';
import { queueSteps } from './queue.ts';
import { type SettleParts, settlePipeline } from './settle.ts';
import { runNow, showPipeline } from './show.ts';

export type StepParts = SettleParts & Needs<'models' | 'runFolders' | 'jobs'>;

export interface StepAt {
  pipeline: Pipeline;
  spec: ModelSpec;
  /** An earlier attempt of this job may have left something. */
  again: boolean;
}

/** What a step comes to: it made something, waits for people, or ends the pipeline without a fault. */
type StepResult = { made: Partial<Made>; reused?: string } & (
  | { waits?: never; stops?: never }
  | { waits: string; stops?: never }
  | { stops: string; waits?: never }
);

interface StepWork {
  /** What its result depends on; undefined if that cannot be known, so that it is never left out. */
  inputs?(at: StepAt): Promise<unknown>;
  /** What earlier work with the same inputs made, and where; undefined if it is gone. */
  recall?(at: StepAt, earlier: Pipeline): Promise<Partial<Made> | undefined>;
  run(at: StepAt): Promise<StepResult>;
}

/** Pipelines in which an earlier step with the same inputs is looked for. */
const LOOKED_AT = 50;

/**
 * Does a step of a pipeline, unless it has been done with the same inputs. Every write states what it expects, so that a
 * job of an earlier attempt, or one that runs twice, changes nothing.
 */
export async function performStep(
  name: string,
  { pipeline: id, attempt }: StepPayload,
  needs: StepParts,
  work: StepWork,
): Promise<void> {
  const seen = await needs.pipelines.get(id);
  if (!isDue(seen, name, attempt)) return settlePipeline(seen, needs);
  const again = stateOf(seen, name)?.status === 'running';
  const at = { pipeline: seen, spec: needs.models.get(seen.model), again };
  const inputs = await hashOf(name, at, work);
  const begun = await needs.pipelines.change(id, (now) =>
    isDue(now, name, attempt) ? begins(now, name, inputs, needs.clock.now()) : undefined,
  );
  if (!isDue(begun, name, attempt)) return;
  await showPipeline(id, needs);
  const given = { ...at, pipeline: begun };
  const result = (await recalled(given, name, inputs, work, needs)) ?? (await work.run(given));
  const after = await needs.pipelines.change(id, (now) =>
    isDue(now, name, attempt) ? comesTo(now, name, result, needs.clock.now()) : undefined,
  );
  await settlePipeline(after, needs);
  // What comes after it in another branch was not queued yet: a job of a flow has one parent.
  if (!after.end && branches(graphOf(after.steps)) && stateOf(after, name)?.status === 'done')
    await queueSteps(after, needs);
}

/**
 * A step failed for good, and the pipeline with it, once the branches that do not come after it are done. If it was
 * cancelled, all of them are.
 */
export async function failStep(
  name: string,
  { pipeline: id, attempt }: StepPayload,
  error: unknown,
  needs: StepParts,
): Promise<void> {
  const run = await runNow({ id, attempt }, needs);
  if (run && inRun(name)) await logFailure(run.id, error, needs);
  const isCancelled = run?.status === 'cancelled';
  const why = isCancelled
    ? `It was cancelled by ${run.cancelRequestedBy ?? 'someone'}.`
    : inWords(error);
  const at = needs.clock.now();
  const after = await needs.pipelines.change(id, (now) => {
    if (!isDue(now, name, attempt)) return undefined;
    const failed = failedAt(now.steps, name, { why, at });
    const steps = isCancelled ? skipped(failed) : failed;
    return { steps, seenAt: at, ...endWith(steps, at) };
  });
  await settlePipeline(after, needs);
}

const stateOf = ({ steps }: Pipeline, name: string): StepState | undefined =>
  steps.find((step) => step.name === name);

/** A request that is made is for people to decide, not for this step. */
const isDue = (pipeline: Pipeline, name: string, attempt: number): boolean =>
  !pipeline.end &&
  pipeline.attempt === attempt &&
  isReady(pipeline, name) &&
  (name !== 'promote' || pipeline.made.approval === undefined);

async function hashOf(name: string, at: StepAt, work: StepWork): Promise<string | undefined> {
  const inputs = await work.inputs?.(at);
  return inputs === undefined ? undefined : sha256(canonical(toJson({ step: name, inputs })));
}

function begins({ steps }: Pipeline, name: string, inputs: string | undefined, now: Date) {
  return {
    seenAt: now,
    steps: steps.map((step): StepState => {
      if (step.name !== name) return step;
      const { name: same, after, program, startedAt = now } = step;
      return {
        ...{ name: same, status: 'running', startedAt },
        ...(after && { after }),
        ...(program && { program }),
        ...(inputs !== undefined && { inputs }),
      };
    }),
  };
}

async function recalled(
  at: StepAt,
  name: string,
  inputs: string | undefined,
  work: StepWork,
  { pipelines }: StepParts,
): Promise<StepResult | undefined> {
  const { id, model, reuse, restarted } = at.pipeline;
  if (inputs === undefined || !reuse || restarted?.from === name) return undefined;
  for (const earlier of await pipelines.list({ model, limit: LOOKED_AT })) {
    const step = stateOf(earlier, name);
    if (earlier.id === id || step?.status !== 'done' || step.inputs !== inputs) continue;
    const made = await work.recall?.(at, earlier);
    if (made) return { made, reused: step.reused ?? earlier.id };
  }
  return undefined;
}

function comesTo(
  { steps, made }: Pipeline,
  name: string,
  { made: more, reused, waits, stops }: StepResult,
  now: Date,
): Partial<Pipeline> {
  const all = { made: { ...made, ...more }, seenAt: now };
  if (waits !== undefined)
    return { ...all, steps: withStep(steps, name, { status: 'waiting', why: waits }) };
  const after = withStep(steps, name, {
    ...{ status: 'done', finishedAt: now },
    ...(reused !== undefined && { reused }),
    ...(stops !== undefined && { why: stops }),
  });
  if (stops === undefined) return { ...all, steps: after, ...endWith(after, now) };
  const kind = failedStep({ steps }) ? ('failed' as const) : ('stopped' as const);
  return { ...all, steps: skipped(after), end: { kind, at: now } };
}
