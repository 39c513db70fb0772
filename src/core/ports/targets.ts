import type { Endpoint } from '../endpoint.ts';
import type { ModelSpec } from '../model.ts';
import type { ObservedState, TargetSpec, WantedState } from '../target.ts';
import type { TargetPlace } from '../target-kind.ts';

/** Whatever serves a model, by the plug-in of its kind. */
export interface Targets {
  /** Whether it reads by itself what is live: then a switch is only compared. See `TargetKind.follows`. */
  follows(target: TargetSpec): boolean;
  /** Its address; undefined if it has none. */
  placeOf(target: TargetSpec): TargetPlace | undefined;
  /**
   * Idempotent. Throws if it was not applied, or may not have been. `id` is the same for each attempt; for `restores`
   * see `TargetReach`.
   */
  apply(
    target: TargetSpec,
    wanted: WantedState,
    how: { id: string; model: ModelSpec; restores?: readonly number[]; signal: AbortSignal },
  ): Promise<void>;
  /** Nothing must answer there. As `apply`; `nothing` is a state without versions. */
  remove(
    target: TargetSpec,
    nothing: WantedState,
    how: { id: string; model: ModelSpec; signal: AbortSignal },
  ): Promise<void>;
  /** Undefined if the target cannot tell. Throws if it should be able to, and could not. */
  observe(
    target: TargetSpec,
    endpoint: Endpoint,
    how: { model: ModelSpec; signal: AbortSignal },
  ): Promise<ObservedState | undefined>;
}
