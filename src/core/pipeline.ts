import { deriveId } from './ids.ts';
import type { ParameterValues, Window } from './model.ts';
import { behind } from './pipeline-graph.ts';
import type { StepSpec } from './pipeline-spec.ts';
import type { Inspection } from './ports/programs.ts';
import type { DatasetFingerprint } from './ports/versions.ts';
import type { RetrainOutcome, Trigger } from './retraining.ts';

export interface StepState {
  name: string;
  /** What is done before it. Undefined in pipelines of earlier releases: the one in front of it. */
  after?: readonly string[];
  /** It runs a program of the workspace. */
  program?: StepSpec['program'];
  /**
   * `waiting`: for people, and no job waits with it. `skipped`: something before it failed, or the pipeline ended.
   */
  status: 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped';
  /** SHA-256 of what its result depends on; without it, nobody can tell, and it always runs. */
  inputs?: string;
  /** It was not run: this pipeline or version has the result of the same inputs. */
  reused?: string;
  startedAt?: Date;
  finishedAt?: Date;
  /** Why it waits, failed or ended the pipeline, as a sentence. */
  why?: string;
}

/** What the steps have made so far. */
export interface Made {
  /** Accepted new data, in rows and arrivals, and what is left out. */
  arrivals?: { used: number; rows: number; left: number };
  dataset?: DatasetFingerprint;
  inspection?: Inspection;
  version?: number;
  gain?: { gain: number; champion: number; metric: string };
  approval?: string;
}

/** How a pipeline ended. `stopped`: its result is not worth proposing. */
interface PipelineEnd {
  kind: 'done' | 'failed' | 'stopped';
  at: Date;
}

export interface Pipeline {
  id: string;
  model: string;
  /** Grows with every change. */
  revision: number;
  /** Grows when it is restarted: jobs of an earlier attempt do nothing any more. */
  attempt: number;
  /** The person in whose name it acts; for a policy, its owner. */
  requestedBy: string;
  /** What acts in their name, if it is not they themselves: the policy, or an agent. */
  automation?: string;
  /** Set if the retraining policy started it. */
  trigger?: Trigger;
  window: Window;
  parameters: ParameterValues;
  to: string;
  minGain?: number;
  reuse: boolean;
  /** As declared when it began, each behind those it comes after. */
  steps: StepState[];
  /** A person restarted it at this step, which does not reuse anything. */
  restarted?: { from: string; by: string };
  made: Made;
  createdAt: Date;
  /** Last sign of life of a job of it. */
  seenAt: Date;
  end?: PipelineEnd;
}

/** The run in which an attempt prepares, trains and evaluates. */
export const runOfPipeline = (id: string, attempt: number): string => deriveId('run', id, attempt);

interface Steps {
  steps: readonly StepState[];
}

/** Whether a step is still to be done, or at work. */
export const isOpen = ({ status }: Pick<StepState, 'status'>): boolean =>
  status === 'pending' || status === 'running' || status === 'waiting';

/** The first step that it is at; undefined once it is at none. */
export const currentStep = ({ steps }: Steps): StepState | undefined => steps.find(isOpen);

export const failedStep = ({ steps }: Steps): StepState | undefined =>
  steps.find(({ status }) => status === 'failed');

/** The steps as a graph. */
export const graphOf = (
  steps: readonly StepState[],
): (StepState & { after: readonly string[] })[] =>
  steps.map((step, at) => ({
    ...step,
    after: step.after ?? steps.slice(Math.max(0, at - 1), at).map(({ name }) => name),
  }));

/** Whether all that comes before a step is done, and it is not. */
export function isReady({ steps }: Steps, name: string): boolean {
  const step = graphOf(steps).find((one) => one.name === name);
  const isDone = (one: string) =>
    steps.some((other) => other.name === one && other.status === 'done');
  return step !== undefined && step.status !== 'done' && step.after.every(isDone);
}

/** These steps begin anew. */
export const reset = (steps: readonly StepState[], names: readonly string[]): StepState[] =>
  steps.map((step): StepState => {
    const { name, after, program } = step;
    return names.includes(name)
      ? { name, status: 'pending', ...(after && { after }), ...(program && { program }) }
      : step;
  });

/** The steps of a new pipeline. */
export const pendingSteps = (steps: readonly StepSpec[]): StepState[] =>
  steps.map((step) => ({ ...step, status: 'pending' }));

/** Of these a run is made; the others have none. */
export const inRun = (step: string): boolean =>
  step === 'prepare' || step === 'train' || step === 'evaluate';

/** What is not done will not be: a step of another branch that is at work makes nothing that counts. */
export const skipped = (steps: readonly StepState[]): StepState[] =>
  steps.map((step) => (isOpen(step) ? { ...step, status: 'skipped' } : step));

/** After a step has failed: what comes after it is not done, and other branches go on. */
export function failedAt(
  steps: readonly StepState[],
  name: string,
  { why, at }: { why: string; at: Date },
): StepState[] {
  const after = behind(graphOf(steps), name);
  return withStep(steps, name, { status: 'failed', why, finishedAt: at }).map((step) =>
    after.has(step.name) && isOpen(step) ? { ...step, status: 'skipped' } : step,
  );
}

/** The end of a pipeline with these steps, as a part of its change; nothing while one of them is open. */
export const endWith = (steps: readonly StepState[], at: Date): { end?: PipelineEnd } =>
  steps.some(isOpen) ? {} : { end: { kind: failedStep({ steps }) ? 'failed' : 'done', at } };

/** The steps with a change to one of them. */
export const withStep = (
  steps: readonly StepState[],
  name: string,
  change: Partial<StepState>,
): StepState[] => steps.map((step) => (step.name === name ? { ...step, ...change } : step));

/** What a pipeline that the policy started has come to; undefined while it works or waits. */
export function outcomeOf(pipeline: Pipeline): RetrainOutcome | undefined {
  const { made, steps, end } = pipeline;
  const { version, gain, approval } = made;
  if (version !== undefined && approval !== undefined)
    return { kind: 'proposed', version, approval, ...(gain && { gain: gain.gain }) };
  if (!end) return undefined;
  if (version === undefined) return { kind: 'failed' };
  if (end.kind === 'stopped' && gain) return { kind: 'too little gain', version, ...gain };
  if (end.kind === 'done') return { kind: 'nothing', version };
  const why = failedStep(pipeline)?.why ?? '';
  const isMade = steps.every(({ name, status }) => name !== 'evaluate' || status === 'done');
  return isMade ? { kind: 'not proposed', version, why } : { kind: 'failed' };
}
