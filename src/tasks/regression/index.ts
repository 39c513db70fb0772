import { defineTask } from '../../core/task.ts';
import { answer } from './answer.ts';
import { METRICS } from './compared.ts';
import { componentsOf } from './components.ts';
import { label } from './label.ts';
import { regressionMetrics } from './metrics.ts';
import { reporting } from './report.ts';

/** A number: labels and answers have the same unit. */
export const regression = defineTask({
  name: 'regression',
  summary: 'a number, in the unit of the label',
  label,
  answer,
  ...reporting,
  metrics: () => METRICS,
  measure({ labels, answers }) {
    const { rows: _, ...metrics } = regressionMetrics(labels, answers);
    return metrics;
  },
  components: componentsOf,
  composition(labels) {
    const sorted = Float64Array.from(labels).sort();
    const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
    const show = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
    return {
      words: `half of them labelled ${show(at(0.25))} to ${show(at(0.75))}`,
      figures: {},
    };
  },
  defaults: {
    primary: ['rmse'],
    gates: [{ compare: 'champion', metric: 'rmse', require: 'not worse' }],
  },
});
