/** The roles that export a metric. */
type Exporter = 'every role' | 'bot' | 'worker' | 'serve' | 'monitor' | 'those with lanes';

interface Definition {
  /** In base units, as https://prometheus.io/docs/practices/naming/ has it. */
  name: string;
  /** One sentence, without a full stop. */
  help: string;
  by: Exporter;
  /** Never a person, a text or an ID: their values must be few. */
  labels: readonly string[];
}

export interface CounterDefinition extends Definition {
  type: 'counter';
}
export interface GaugeDefinition extends Definition {
  type: 'gauge';
}
export interface HistogramDefinition extends Definition {
  type: 'histogram';
  /** Upper ends, in seconds. */
  buckets: readonly number[];
}
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

type Given<D> = Omit<D, 'type' | 'labels'> & { labels?: readonly string[] };

export const counter = (given: Given<CounterDefinition>): CounterDefinition => ({
  ...{ type: 'counter', labels: [] },
  ...given,
});
export const gauge = (given: Given<GaugeDefinition>): GaugeDefinition => ({
  ...{ type: 'gauge', labels: [] },
  ...given,
});
export const histogram = (given: Given<HistogramDefinition>): HistogramDefinition => ({
  ...{ type: 'histogram', labels: [] },
  ...given,
});
