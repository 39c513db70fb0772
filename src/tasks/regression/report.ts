import type { Judged, Task } from '../../core/task.ts';
import { quantile } from '../../evaluation/quantile.ts';

/** Predictions beside actual values, and how large the errors are. */
export const reporting = {
  calibrated: {
    kind: 'value',
    of: ({ labels, answers }, row) => ({ predicted: answers[row] ?? 0, actual: labels[row] ?? 0 }),
  },
  errors({ labels, answers }: Judged) {
    if (labels.length === 0) return {};
    const sorted = Float64Array.from(labels, (label, row) => label - (answers[row] ?? 0)).sort();
    const at = (share: number) => quantile(sorted, share);
    return {
      residuals: { p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) },
    };
  },
} satisfies Pick<Task, 'calibrated' | 'errors'>;
