import type { Json } from '../../src/core/json.ts';
import type { Window } from '../../src/core/model.ts';
import type { Measurement, Opened, Verdict } from '../../src/core/monitor.ts';
import type { Needs } from '../../src/core/world.ts';
import type { Told } from '../../src/monitoring/course.ts';
import type { WatchedVersion } from './due-windows.ts';
import type { Showing } from './show-alert.ts';

export type AlertParts = Showing &
  Needs<
    | 'charts'
    | 'audit'
    | 'clock'
    | 'subscriptions'
    | 'runs'
    | 'jobs'
    | 'versions'
    | 'artifacts'
    | 'profiles'
    | 'predictions'
    | 'endpoints'
  >;

export interface Raised extends WatchedVersion {
  deployment: string;
  window: Window;
  opened: Opened<Json, Json>;
  verdict: Verdict<Json>;
  /** Measured windows, oldest first, up to this one. */
  history: readonly Measurement<Json>[];
  /** What was found in evaluated windows, oldest first, up to this one. */
  seen: readonly (Told & { window: Window })[];
}
