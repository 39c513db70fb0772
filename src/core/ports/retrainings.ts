import type { Retraining } from '../retraining.ts';

/** What the retraining policy of a model has done, in one document, changed conditional on its revision. */
export interface RetrainState {
  model: string;
  /** 0 if nothing was ever stored. */
  revision: number;
  /** Oldest first: those of the last weeks, and all that have no outcome yet. */
  trainings: Retraining[];
}

export interface Retrainings {
  get(model: string): Promise<RetrainState>;
  /**
   * `step` gets what is stored and says which trainings to store instead, undefined for no change; it is asked
   * again if another process was first.
   */
  change(
    model: string,
    step: (seen: RetrainState) => Retraining[] | undefined,
  ): Promise<RetrainState>;
}
