import type { Window } from '../core/model.ts';
import type { Retraining } from '../core/retraining.ts';

/** Everything that the policy is judged by, gathered at one time. */
export interface RetrainFacts {
  /** The newest version; undefined before the first. */
  newest?:
    | {
        version: number;
        /** When its training was requested: what came later is new. */
        requestedAt: Date;
        window: Window;
      }
    | undefined;
  /** Accepted since then, oldest first. */
  arrivals: readonly { id: string; rows: number; newest?: Date; drifted: boolean }[];
  /** Open since then, about the live version, oldest first. */
  alerts: readonly { id: string; kind: 'drift' | 'performance' }[];
  /** Finished since then: whether a retrained model did better for certain. */
  probes: readonly { id: string; better: boolean }[];
  /** A training of the model that waits or runs. */
  running?: string | undefined;
  /** Started by the policy, oldest first; without an outcome, they are in progress. */
  trainings: readonly Retraining[];
  /** How long a training takes, by the last ones. */
  expectedMinutes: number;
  /** What would be trained on. */
  window: Window;
  /** Why automation may not act now, without a full stop. */
  held?: string | undefined;
}
