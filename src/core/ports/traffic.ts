import type { Endpoint } from '../endpoint.ts';
import type { LatencyCounts } from '../latency.ts';
import type { Window } from '../model.ts';

/** What the gateway did for one version of an endpoint in one hour of its own clock. */
export interface Traffic extends Endpoint {
  /** 0 for labels, which belong to no version. */
  version: number;
  /** Start of the hour. */
  hour: Date;
  /** Requests for predictions, including those that failed. */
  requests: number;
  /** Of these, those that failed through no fault of the caller (status 500 and above). */
  failures: number;
  /** How long answers took, from reading the request to the answer; without failures. */
  latencies: LatencyCounts;
  /** Predictions that other servers made. */
  elsewhere: number;
  labels: number;
  /** When the last of all these came. */
  latest: Date;
}

export interface TrafficReader {
  /** Hours that begin in the window, in order. Of all versions, and of labels (version 0), if none is named. */
  within(endpoint: Endpoint, window: Window, version?: number): Promise<Traffic[]>;
}

export interface TrafficStore extends TrafficReader {
  /** Adds to the hour, in one atomic write. */
  add(traffic: Traffic): Promise<void>;
}
