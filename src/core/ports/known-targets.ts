import type { Endpoint } from '../endpoint.ts';
import type { TargetSpec } from '../target.ts';

/** A target as it was configured when something was last sent to it. */
export interface KnownTarget extends Endpoint {
  spec: TargetSpec;
  /** A former address of a target that has another one now: by a name of its own, until it was told to remove what it has. */
  moved?: true;
}

/** Which targets have something of an endpoint: one that leaves the configuration must still be told to remove it. */
export interface KnownTargets {
  /** Before something is sent to it. */
  see(known: KnownTarget): Promise<void>;
  list(): Promise<KnownTarget[]>;
  /** After it was removed there. */
  forget(endpoint: Endpoint, target: string): Promise<void>;
}
