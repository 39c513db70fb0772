import { type LatencyCounts, latencyBinEnd } from '../core/latency.ts';
import type { HistogramDefinition } from './catalogue/define.ts';

/** Counts of one label set. `counts`: one for each bucket, not cumulative, and one for all that is longer. */
interface Binned {
  counts: number[];
  sum: number;
}

/**
 * A histogram of what was counted in bins elsewhere: prom-client takes one value at a time. A bucket must end where a bin
 * ends, so that no count is approximate.
 */
export class BinnedHistogram {
  readonly #about: HistogramDefinition;
  readonly #sets = new Map<string, Binned>();

  constructor(about: HistogramDefinition) {
    this.#about = about;
  }

  add(labels: Readonly<Record<string, string>>, latencies: LatencyCounts): void {
    const { buckets } = this.#about;
    const key = written(labels);
    const fresh = { counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 };
    const set = this.#sets.get(key) ?? fresh;
    this.#sets.set(key, set);
    for (const [bin, count] of latencies) {
      const seconds = latencyBinEnd(bin) / 1000;
      const at = buckets.findIndex((end) => seconds <= end * (1 + 1e-9));
      const bucket = at === -1 ? buckets.length : at;
      set.counts[bucket] = (set.counts[bucket] ?? 0) + count;
      // The middle of the bin.
      set.sum += (count * (seconds + latencyBinEnd(bin - 1) / 1000)) / 2;
    }
  }

  /** In Prometheus' text format 0.0.4. */
  text(): string {
    const { name, help, buckets } = this.#about;
    const lines = [...this.#sets].flatMap(([labels, { counts, sum }]) => {
      let below = 0;
      const within = counts.map((count, at) => {
        below += count;
        return `${name}_bucket{${labels},le="${buckets[at] ?? '+Inf'}"} ${below}`;
      });
      return [...within, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${below}`];
    });
    return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines].join('\n');
  }
}

/** As the format has them: a backslash, a quote and the end of a line are escaped. */
function written(labels: Readonly<Record<string, string>>): string {
  const escaped = (value: string) =>
    value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${escaped(value)}"`)
    .join(',');
}
