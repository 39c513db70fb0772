import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { LatencyCounts } from '../core/latency.ts';
import { BinnedHistogram } from './binned.ts';
import type {
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  MetricDefinition,
} from './catalogue/define.ts';
import { OF_NODE, PROCESS } from './catalogue/process.ts';

type Labels = Readonly<Record<string, string>>;

/** How many label sets a metric has at most: each is a series, and a histogram's are as many as it has buckets. */
const MOST_SETS = { counter: 2000, gauge: 2000, histogram: 300 } as const;
const OTHER = 'other';

/** The metrics of one process. A metric exists from its first value on. */
export class Meters {
  readonly #registry = new Registry();
  readonly #node = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #binned = new Map<string, BinnedHistogram>();
  readonly #sets = new Map<string, Set<string>>();

  readonly contentType = this.#registry.contentType;

  /** From now on also the metrics of Node and the system. */
  followNode(): void {
    collectDefaultMetrics({ register: this.#node });
  }

  count(metric: CounterDefinition, labels: Labels = {}, by = 1): void {
    this.#counter(metric).inc(this.#within(metric, labels), by);
  }

  observe(metric: HistogramDefinition, labels: Labels, seconds: number): void {
    const { name, help, labels: labelNames, buckets } = metric;
    const made = () =>
      new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [] });
    this.#kept(this.#histograms, name, made).observe(this.#within(metric, labels), seconds);
  }

  /** What was counted in bins elsewhere. */
  observeAll(metric: HistogramDefinition, labels: Labels, latencies: LatencyCounts): void {
    const kept = this.#binned.get(metric.name) ?? new BinnedHistogram(metric);
    this.#binned.set(metric.name, kept);
    kept.add(this.#within(metric, labels), latencies);
  }

  set(metric: GaugeDefinition, labels: Labels, value: number): void {
    if (this.#hasRoom(metric, labels)) this.#gauge(metric).set({ ...labels }, value);
  }

  add(metric: GaugeDefinition, labels: Labels, by: number): void {
    if (this.#hasRoom(metric, labels)) this.#gauge(metric).inc({ ...labels }, by);
  }

  /** These values and no others. */
  replace(
    metric: GaugeDefinition,
    rows: readonly (readonly [labels: Labels, value: number])[],
  ): void {
    this.#gauge(metric).reset();
    this.#sets.delete(metric.name);
    for (const [labels, value] of rows) this.set(metric, labels, value);
  }

  /** In Prometheus' text format 0.0.4. */
  async text(): Promise<string> {
    const node = await Promise.all(
      OF_NODE.filter((name) => this.#node.getSingleMetric(name)).map((name) =>
        this.#node.getSingleMetricAsString(name),
      ),
    );
    const own = await this.#registry.metrics();
    const binned = [...this.#binned.values()].map((one) => one.text());
    return [own.trimEnd(), ...binned, ...node]
      .filter((part) => part !== '')
      .join('\n')
      .concat('\n');
  }

  #counter({ name, help, labels: labelNames }: MetricDefinition): Counter {
    const made = () => new Counter({ name, help, labelNames, registers: [] });
    return this.#kept(this.#counters, name, made);
  }

  #gauge({ name, help, labels: labelNames }: GaugeDefinition): Gauge {
    const made = () => new Gauge({ name, help, labelNames, registers: [] });
    return this.#kept(this.#gauges, name, made);
  }

  #kept<M extends Counter | Gauge | Histogram>(
    all: Map<string, M>,
    name: string,
    made: () => M,
  ): M {
    const known = all.get(name);
    if (known) return known;
    const metric = made();
    this.#registry.registerMetric(metric);
    all.set(name, metric);
    return metric;
  }

  /** The labels, or `other` for all of them once the metric has its most label sets: the sum stays right. */
  #within(metric: MetricDefinition, labels: Labels): Record<string, string> {
    if (this.#hasRoom(metric, labels)) return { ...labels };
    return Object.fromEntries(Object.keys(labels).map((name) => [name, OTHER]));
  }

  #hasRoom({ name, type }: MetricDefinition, labels: Labels): boolean {
    const sets = this.#sets.get(name) ?? new Set<string>();
    this.#sets.set(name, sets);
    const key = Object.values(labels).join('\n');
    if (sets.has(key)) return true;
    if (sets.size >= MOST_SETS[type]) {
      this.#counter(PROCESS.folded).inc({ metric: name });
      return false;
    }
    sets.add(key);
    return true;
  }
}
