/** What a version goes through from new data to its rollout, in this order. */
export const PIPELINE_STEPS = [
  ...(['check', 'prepare', 'train', 'evaluate'] as const),
  ...(['compare', 'promote', 'rollout'] as const),
] as const;
export type StepName = (typeof PIPELINE_STEPS)[number];

/** What each step needs to be done before it. */
export const NEEDS: Readonly<Record<StepName, readonly StepName[]>> = {
  ...{ check: [], prepare: [], train: ['prepare'], evaluate: ['train'] },
  ...{ compare: ['evaluate'], promote: ['evaluate'], rollout: ['promote'] },
};

/** The pipeline of a model, as declared. */
export interface PipelineSpec {
  steps: readonly StepName[];
  /** The environment that its result is for. */
  to: string;
  /** In the first primary metric, in its direction: with less, nothing is proposed. Undefined: whatever it gains. */
  minGain?: number | undefined;
  /** Whether a step is left out whose inputs are those of an earlier one. */
  reuse: boolean;
}

/** All steps, and what they may leave out, where nothing is declared. */
export const usualPipeline = (to: string): PipelineSpec => ({
  ...{ steps: PIPELINE_STEPS, to, reuse: true },
});
