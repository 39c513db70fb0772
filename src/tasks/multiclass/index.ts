import { defineTask } from '../../core/task.ts';
import { answer } from './answer.ts';
import { metricsOf } from './compared.ts';
import { componentsOf } from './components.ts';
import { label } from './label.ts';
import { multiclassMetrics } from './metrics.ts';
import { reporting } from './report.ts';

/** One of several classes: labels are their names, and an answer has a probability for each. */
export const multiclass = defineTask({
  name: 'multiclass',
  summary: 'one of several classes: a probability for each',
  label,
  answer,
  ...reporting,
  metrics: metricsOf,
  measure: ({ labels, answers, classes }) => multiclassMetrics(labels, answers, classes),
  components: componentsOf,
  composition(labels, classes) {
    const counts = classes.map((_, at) => Array.from(labels).filter((one) => one === at).length);
    const words = classes.map((name, at) => `${(counts[at] ?? 0).toLocaleString('en-US')} ${name}`);
    return { words: words.join(', '), figures: {} };
  },
  defaults: {
    primary: ['logLoss'],
    watched: 'accuracy',
    gates: [{ compare: 'champion', metric: 'logLoss', require: 'not worse' }],
  },
});
