/** Why a version that is live does not run any more. */
export type Fault =
  /** It did not come back from a request, or from being loaded. */
  | 'hung'
  /** The process that ran it ended. */
  | 'crashed'
  /** Its file was read, and onnxruntime makes no session of it. */
  | 'unloadable'
  /** It gives no usable score, neither to callers nor to rows that they cannot choose. */
  | 'wrong';

/** A live version that is kept out, since it took everything else with it. One per deployment. */
export interface Quarantine {
  deployment: string;
  model: string;
  environment: string;
  version: number;
  artifact: string;
  fault: Fault;
  /** What happened, as a sentence. */
  words: string;
  at: Date;
}

export interface Quarantines {
  /** Idempotent by deployment: the first one stays. */
  add(quarantine: Quarantine): Promise<void>;
  get(deployment: string): Promise<Quarantine | undefined>;
  /** Newest first. */
  list(): Promise<Quarantine[]>;
}
