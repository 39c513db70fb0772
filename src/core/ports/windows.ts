import type { Endpoint } from '../endpoint.ts';
import type { Json } from '../json.ts';
import type { Window } from '../model.ts';
import type { RowsInBucket, WhichRows } from './profiles.ts';

/** What the monitor role reads: profiles of predictions by the time of the prediction. */
export interface ProfileReader {
  /**
   * Time of the newest prediction that is in a profile: of the rows whose callers named a time, where
   * there are any. In any environment unless one is named. Undefined before the first.
   */
  watermark(model: string, environment?: string): Promise<Date | undefined>;
  /** The same of one version: of the rows whose callers named a time, or of those without. */
  newest(endpoint: Endpoint, version: number, untimed: boolean): Promise<Date | undefined>;
  /** How many rows the endpoint answered in each bucket from `from` on, in order: all, or those of `which`. */
  buckets(endpoint: Endpoint, from: Date, which?: WhichRows): Promise<RowsInBucket[]>;
  /** The profiles of each bucket in the window, by column, what was answered among them; mergeable in any order. */
  within(endpoint: Endpoint, version: number, window: Window): Promise<Record<string, Json>[]>;
}
