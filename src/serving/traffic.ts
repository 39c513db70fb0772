import type { Clock } from '../core/clock.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { latencyBin } from '../core/latency.ts';

const HOUR_MS = 3_600_000;

/** As `Traffic`, in the form that a message between processes has. */
export interface CountedTraffic extends Endpoint {
  version: number;
  /** In milliseconds since the epoch. */
  hour: number;
  requests: number;
  failures: number;
  latencies: [bin: number, count: number][];
  elsewhere: number;
  labels: number;
  latest: number;
}

type Counting = Omit<CountedTraffic, 'latencies'> & { latencies: Map<number, number> };

/** Counts what the gateway does, until somebody takes it. Costs no more than a few lookups a request. */
export class TrafficCounter {
  readonly #clock: Clock;
  readonly #counting = new Map<string, Counting>();
  /** Mostly the next request is one of these too. */
  #last: Counting | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request that was answered after so many milliseconds. */
  answered(endpoint: Endpoint, version: number, ms: number): void {
    const counting = this.#of(endpoint, version);
    const bin = latencyBin(ms);
    counting.requests += 1;
    counting.latencies.set(bin, (counting.latencies.get(bin) ?? 0) + 1);
  }

  /** A request that failed through no fault of the caller. */
  failed(endpoint: Endpoint, version: number): void {
    const counting = this.#of(endpoint, version);
    counting.requests += 1;
    counting.failures += 1;
  }

  elsewhere(endpoint: Endpoint, version: number, rows: number): void {
    this.#of(endpoint, version).elsewhere += rows;
  }

  labels(endpoint: Endpoint, rows: number): void {
    this.#of(endpoint, 0).labels += rows;
  }

  /** All that was counted since the last time. */
  take(): CountedTraffic[] {
    const taken = [...this.#counting.values()];
    this.#counting.clear();
    this.#last = undefined;
    return taken.map((one) => ({ ...one, latencies: [...one.latencies] }));
  }

  #of({ model, environment }: Endpoint, version: number): Counting {
    const now = this.#clock.now().getTime();
    const last = this.#last;
    if (
      last?.model === model &&
      last.environment === environment &&
      last.version === version &&
      now >= last.hour &&
      now < last.hour + HOUR_MS
    ) {
      last.latest = now;
      return last;
    }
    const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
    const key = `${endpointId({ model, environment })}/${version}/${hour}`;
    const counting = this.#counting.get(key) ?? {
      ...{ model, environment, version, hour, latencies: new Map() },
      ...{ requests: 0, failures: 0, elsewhere: 0, labels: 0, latest: now },
    };
    this.#counting.set(key, counting);
    this.#last = counting;
    counting.latest = now;
    return counting;
  }
}
