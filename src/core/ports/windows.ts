import type { Json } from '../json.ts';
import type { Window } from '../model.ts';

/** What the night watch reads: profiles of predictions by the time of the prediction. */
export interface ProfileReader {
  /**
   * Time of the newest prediction that is in a profile: of the rows whose callers named a time, where
   * there are any. Undefined before the first.
   */
  watermark(model: string): Promise<Date | undefined>;
  /** The same of one version: of the rows whose callers named a time, or of those without. */
  newest(model: string, version: number, untimed: boolean): Promise<Date | undefined>;
  /** How many of these rows each bucket from `from` on holds, in order. */
  buckets(
    model: string,
    version: number,
    from: Date,
    untimed: boolean,
  ): Promise<{ bucket: Date; rows: number }[]>;
  /** The profiles of each bucket in the window, by column, `score` among them; mergeable in any order. */
  within(model: string, version: number, window: Window): Promise<Record<string, Json>[]>;
}
