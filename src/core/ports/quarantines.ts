/** Why a live version is no longer run. */
export type Fault =
  /** It did not return from a request, or from loading. */
  | 'hung'
  /** Its process exited. */
  | 'crashed'
  /** Its file was read, but onnxruntime cannot create a session from it. */
  | 'unloadable'
  /** It gives no usable score, neither to callers nor to rows that they cannot choose. */
  | 'wrong'
  /** The release policy did not let it go live when the gateway switched to it. */
  | 'refused';

/** A live version that is not run because it affected everything else. One per deployment. */
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
  /** Idempotent by deployment: the first one is kept. */
  add(quarantine: Quarantine): Promise<void>;
  get(deployment: string): Promise<Quarantine | undefined>;
  /** Newest first. */
  list(): Promise<Quarantine[]>;
}
