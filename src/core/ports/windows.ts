import type { Endpoint } from '../endpoint.ts';
import type { Json } from '../json.ts';
import type { Window } from '../model.ts';
import type { RowsInBucket, WhichRows } from './profiles.ts';

/** What the monitor role reads: profiles of predictions by prediction time. */
export interface ProfileReader {
  /**
   * Time of the newest prediction in a profile: of the rows with a time, if there are any. In any environment
   * unless one is named. Undefined before the first.
   */
  watermark(model: string, environment?: string): Promise<Date | undefined>;
  /** The same for one version: of the rows with a time, or of those without. */
  newest(endpoint: Endpoint, version: number, untimed: boolean): Promise<Date | undefined>;
  /**
   * Number of rows that the endpoint answered in each bucket since `from`, in order: all, or those of
   * `which`.
   */
  buckets(endpoint: Endpoint, from: Date, which?: WhichRows): Promise<RowsInBucket[]>;
  /** The profiles of each bucket in the window, by column, including answers; mergeable in any order. */
  within(endpoint: Endpoint, version: number, window: Window): Promise<Record<string, Json>[]>;
}
