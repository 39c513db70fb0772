import type { Metric } from './task.ts';
import type { Verdict } from './verdict.ts';

/** One metric of two models on the same labelled rows. Undefined: the rows do not define it. Plain JSON. */
export interface ComparedMetric {
  name: string;
  /** `delta`, `low` and `high` are oriented already. */
  higherIsBetter: boolean;
  /** The label's own unit, or none. */
  unit: Metric['unit'];
  champion: number | undefined;
  challenger: number | undefined;
  /** Positive means that the challenger is better: for log loss and Brier, champion − challenger. */
  delta: number | undefined;
  /** Two-sided interval: 95%, or as much more as challengers are judged together. */
  low: number | undefined;
  high: number | undefined;
  p: number | undefined;
  /** The smallest p that this many resamples can give, if p comes from them: shown as "at most". */
  leastP: number | undefined;
  /** Adjusted by Holm over the co-primary metrics (of all challengers); equal to `p` for others. */
  adjustedP: number | undefined;
  /** How much worse still counted as not worse, in the metric's unit. */
  margin: number;
  verdict: Verdict;
  primary: boolean;
}
