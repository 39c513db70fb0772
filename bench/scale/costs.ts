/** What one piece of work costs, measured: times are of one core. */
export interface Costs {
  /** A request of one row to a gateway, with its log: milliseconds, of all its processes. */
  requestMs: number;
  /** A logged row of seven columns: bytes while it is raw, and as Parquet. */
  rawBytes: number;
  parquetBytes: number;
  /** Reading such a row from the log and adding it to the profiles: microseconds. */
  foldUs: number;
  /** A drift check of an hour: milliseconds. */
  checkMs: number;
  /** A job that does nothing: microseconds of the worker, with enqueuing it, and of Redis. */
  jobUs: number;
  redisUs: number;
}

/** What is asked of an installation. */
export interface Load {
  models: number;
  /** Predictions a second, one row each, as a mean; a peak is `peak` times that. */
  predictionsPerSecond: number;
  trainingsPerDay: number;
  peak: number;
  /** Of a training, in seconds; log-normal with this standard deviation of the logarithm. */
  trainingSeconds: number;
  trainingSpread: number;
  /** Monitors of a model, each once an hour. */
  monitors: number;
  /** Memory of a loaded model, in MB. */
  modelMegabytes: number;
  /** How long raw predictions are kept. */
  days: number;
}

/** Assumptions about what is not ours, to be replaced by your own. */
export interface Prices {
  coreHour: number;
  gigabyteMonthOfMemory: number;
  gigabyteMonthOfObjects: number;
}

/** What one instance of a part can do, where it is not measured here. */
export interface Limits {
  /** Writes a second of one MongoDB primary: small upserts, acknowledged. */
  registryWrites: number;
  /** MB a second that one shared file system takes. */
  sharedMegabytes: number;
  /** Share of a core, or of a limit, that is planned for. */
  busy: number;
  /** Memory of one gateway, in GB. */
  gatewayGigabytes: number;
  /** Cores of one gateway. */
  gatewayCores: number;
}
