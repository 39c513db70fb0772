import type { LiveVersion } from '../core/ports/serving.ts';
import type { AnswerSpec } from '../core/task.ts';
import type { ModelHealth } from './doubt.ts';
import type { ServedModel } from './model.ts';
import type { Accepts } from './protocol.ts';

/** A version that answers. A request takes one of these and keeps it until its end. */
export interface LoadedModel {
  /** Of its endpoint: computed once, not for every request. */
  id: string;
  live: LiveVersion;
  served: ServedModel;
  answer: AnswerSpec;
  accepts: Accepts;
  /** Names of the features as JSON keys, for the log. */
  keys: readonly string[];
  /** When traffic was switched to it. */
  since: Date;
  /** The plan's number of the version. */
  number: number;
  health: ModelHealth;
}
