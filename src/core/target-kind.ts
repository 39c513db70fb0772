import type { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import type { ModelSpec } from './model.ts';
import type { Cluster, ClusterPlace } from './ports/cluster.ts';
import type { Gateways } from './ports/gateways.ts';
import type { Programs, RunFolders } from './ports/programs.ts';
import type { Quarantines } from './ports/quarantines.ts';
import type { Evaluation, Version } from './ports/versions.ts';
import type { ObservedState, TargetSpec, WantedState } from './target.ts';

/** What a target may use. */
export interface TargetReach {
  model: ModelSpec;
  programs: Programs;
  runFolders: RunFolders;
  gateways: Pick<Gateways, 'list'>;
  quarantines: Pick<Quarantines, 'list'>;
  /** A version as it is registered. Throws NotFound. */
  registered(model: string, number: number): Promise<RegisteredVersion>;
  /** Of a registry that is repaired: versions that it has shown and must have again, besides what is wanted. */
  restores: readonly number[];
  /** Has every gateway look at once what is live of the model. */
  nudge(model: string): Promise<void>;
  fetch: typeof globalThis.fetch;
  /** A Kubernetes cluster. Throws Refused if it cannot be reached with these settings. */
  cluster(place: ClusterPlace, signal: AbortSignal): Promise<Cluster>;
  /** Where others read an object of the store, e.g. `s3://bucket/…`; undefined if they cannot. */
  uriOf(sha256: string): string | undefined;
  now(): Date;
  /** An environment variable of this process; undefined if it is not set. */
  secret(name: string): string | undefined;
  signal: AbortSignal;
}

/** Where a target is. */
export interface TargetPlace {
  /** As messages show it: no secrets. */
  name: string;
  /** To compare it. */
  address: string;
}

/** A version with what was measured of it, and its model file, read when it is needed. */
export interface RegisteredVersion {
  version: Version;
  evaluation: Evaluation | undefined;
  /** After verifying their hash. */
  bytes(): Promise<Uint8Array>;
}

/** One kind of target, as listed in `src/release/targets/index.ts`. */
export interface TargetKind {
  name: string;
  summary: string;
  /**
   * It reads what is live by itself, and checks tickets by itself: a switch is not sent to it, only compared. Part of
   * every endpoint, and never configured.
   */
  follows: boolean;
  /** All keys that a target of this kind may have in the file. */
  keys: readonly string[];
  schema: TargetSchema;
  /** Names of the environment variables with its secrets: only the worker gets them. */
  variables(target: TargetSpec): readonly string[];
  /** Its address, as people may see it and in full; undefined if it has none. One that changes is another place. */
  placeOf(target: TargetSpec): TargetPlace | undefined;
  /**
   * Idempotent: may be called again with the same state. Throws if it was not applied, or may not have been: NotYet if it
   * must be called again soon, with what is wanted by then; GivenUp if it need not be called again.
   * @param id the same for each attempt to apply the same change
   */
  apply(target: TargetSpec, wanted: WantedState, id: string, reach: TargetReach): Promise<void>;
  /**
   * The model was taken out of service, or the target out of the configuration: nothing must answer there.
   * Idempotent, and throws, as `apply`.
   * @param nothing a state without versions
   */
  remove(target: TargetSpec, nothing: WantedState, id: string, reach: TargetReach): Promise<void>;
  /** Undefined if it cannot tell. Throws if it should be able to, and could not. */
  observe(
    target: TargetSpec,
    endpoint: Endpoint,
    reach: TargetReach,
  ): Promise<ObservedState | undefined>;
}

/** One target of the workspace file; its key `kind` distinguishes it from those of other kinds. */
type TargetSchema = z.ZodType<Omit<TargetSpec, 'name'>> & z.core.$ZodTypeDiscriminable;
