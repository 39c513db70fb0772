import { METRICS } from '../../src/telemetry/catalogue/index.ts';
import { Meters } from '../../src/telemetry/meters.ts';

/** Meters in which each metric has one value. */
export function fullMeters(): Meters {
  const meters = new Meters();
  for (const metric of METRICS) {
    const labels = Object.fromEntries(metric.labels.map((name) => [name, `a ${name}`]));
    if (metric.type === 'counter') meters.count(metric, labels);
    else if (metric.type === 'gauge') meters.set(metric, labels, 1);
    else if (metric.name.startsWith('wheelhouse_prediction_'))
      meters.observeAll(metric, labels, [[40, 3]]);
    else meters.observe(metric, labels, 0.02);
  }
  return meters;
}

/** The metric names in Prometheus text format. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) /gm)].flatMap(([, name]) => name ?? []);
