import { defineTask } from '../../core/task.ts';
import { answer } from './answer.ts';
import { METRICS } from './compared.ts';
import { componentsOf } from './components.ts';
import { label } from './label.ts';
import { binaryMetrics } from './metrics.ts';
import { reporting } from './report.ts';

/** Yes or no: labels 0 and 1, and a score that is the probability of 1. */
export const binary = defineTask({
  name: 'binary',
  summary: 'yes or no: a score from 0 to 1',
  label,
  answer,
  ...reporting,
  metrics: () => METRICS,
  measure({ labels, answers }) {
    const { rows: _, positives: __, ...metrics } = binaryMetrics(labels, answers);
    return metrics;
  },
  components: (pair, groups) => componentsOf(pair, groups),
  composition(labels) {
    const positives = Array.from(labels).reduce((sum, one) => sum + one, 0);
    return {
      words: `${positives.toLocaleString('en-US')} of them positive`,
      figures: { positives },
    };
  },
  defaults: { primary: ['auc'], watched: 'brier', gates: [] },
});
