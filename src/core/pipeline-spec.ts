/** The steps that every model may have, in their usual order. */
export const PIPELINE_STEPS = [
  ...(['check', 'prepare', 'train', 'evaluate'] as const),
  ...(['compare', 'promote', 'rollout'] as const),
] as const;
export type StepName = (typeof PIPELINE_STEPS)[number];

export const isUsualStep = (name: string): name is StepName =>
  PIPELINE_STEPS.some((one) => one === name);

/** What each step needs to be done before it. */
export const NEEDS: Readonly<Record<StepName, readonly StepName[]>> = {
  ...{ check: [], prepare: [], train: ['prepare'], evaluate: ['train'] },
  ...{ compare: ['evaluate'], promote: ['evaluate'], rollout: ['promote'] },
};

/** A step, and what is done before it. */
export interface StepSpec {
  name: string;
  after: readonly string[];
  /** A program of the workspace; undefined for the usual steps. */
  program?: { run: readonly [string, ...string[]]; timeoutMinutes: number };
}

/** The pipeline of a model, as declared: a graph without circles. */
export interface PipelineSpec {
  /** Each behind those it comes after. */
  steps: readonly StepSpec[];
  /** The environment that its result is for. */
  to: string;
  /** In the first primary metric, in its direction: with less, nothing is proposed. Undefined: whatever it gains. */
  minGain?: number | undefined;
  /** Whether a step is left out whose inputs are those of an earlier one. */
  reuse: boolean;
}

/** Steps one after the other. */
export const inLine = (names: readonly string[]): StepSpec[] =>
  names.map((name, at) => ({ name, after: names.slice(Math.max(0, at - 1), at) }));

/** All steps, and what they may leave out, where nothing is declared. */
export const usualPipeline = (to: string): PipelineSpec => ({
  ...{ steps: inLine(PIPELINE_STEPS), to, reuse: true },
});
