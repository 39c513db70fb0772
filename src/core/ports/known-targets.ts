import type { Endpoint } from '../endpoint.ts';
import type { TargetSpec } from '../target.ts';

/** A target as it was configured when something was last sent to it. */
export interface KnownTarget extends Endpoint {
  spec: TargetSpec;
  /** A former address of a target that has another one now: by a name of its own, until it was told to remove what it has. */
  moved?: true;
  /** Of a registry: versions that it has shown, whether they were live or not. */
  shown?: readonly number[];
}

/** Which targets have something of an endpoint: one that leaves the configuration must still be told to remove it. */
export interface KnownTargets {
  /** Before something is sent to it. What it has shown is kept. */
  see(known: KnownTarget): Promise<void>;
  /** Undefined if nothing was ever sent to it. */
  get(endpoint: Endpoint, target: string): Promise<KnownTarget | undefined>;
  list(): Promise<KnownTarget[]>;
  /** Adds versions to what it has shown, if something was ever sent to it. */
  shows(endpoint: Endpoint, target: string, versions: readonly number[]): Promise<void>;
  /** It need not have that version any more. */
  release(endpoint: Endpoint, target: string, version: number): Promise<void>;
  /** After it was removed there. */
  forget(endpoint: Endpoint, target: string): Promise<void>;
}
