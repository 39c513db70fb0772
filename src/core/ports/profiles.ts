import type { Endpoint } from '../endpoint.ts';
import type { Window } from '../model.ts';

/** How far segments of the prediction log were read: byte offsets by name of segment. */
export type Positions = Record<string, number>;

/** What one version answered in one bucket of prediction time, column by column. */
export interface ProfileDocument<Profile> extends Endpoint {
  version: number;
  /** Start of the bucket, a multiple of its length since the epoch. */
  bucket: Date;
  minutes: number;
  /** It holds the rows whose callers named no time, which have a watermark of their own. */
  untimed?: boolean;
  rows: number;
  /** By name of feature. Empty, as are `answers`, where the version has no reference. Names may hold dots and `$`. */
  features: Record<string, Profile>;
  /** By name of what is profiled of an answer, e.g. `score`. */
  answers: Record<string, Profile>;
  /** Latest prediction time in it. */
  latest: Date;
  /** Every row of a segment below its offset that belongs in this bucket is in it. */
  applied: Positions;
  /** Counts the saves; 0 where it was never saved. */
  revision: number;
}

/** Rows that one version answered: those whose callers named a time, or those without (`untimed`). */
export interface WhichRows {
  version: number;
  untimed: boolean;
}

export interface RowsInBucket {
  bucket: Date;
  rows: number;
}

/** Where profiles are kept. Each method is one atomic operation on one document. */
export interface ProfileStore<Profile> {
  /** A copy that the caller may change. */
  load(
    endpoint: Endpoint,
    version: number,
    bucket: Date,
    untimed?: boolean,
  ): Promise<ProfileDocument<Profile> | undefined>;
  /**
   * Replaces the document where its revision is still `expectedRevision` (0: where there is none)
   * and stores it with `expectedRevision + 1`; false, and nothing stored, where somebody else was first.
   */
  save(document: ProfileDocument<Profile>, expectedRevision: number): Promise<boolean>;
  /** Documents whose bucket starts in the window, in order. */
  list(endpoint: Endpoint, version: number, window: Window): Promise<ProfileDocument<Profile>[]>;
  /** How many rows each bucket from `from` on holds, in order: all, or those of `which`. */
  buckets(endpoint: Endpoint, from: Date, which?: WhichRows): Promise<RowsInBucket[]>;
  /** `latest` of the last bucket: of the rows with a time, of those without, or of both. */
  watermark(endpoint: Endpoint, version: number, untimed?: boolean): Promise<Date | undefined>;
  /** Empty where there is none. */
  loadCursor(endpoint: Endpoint): Promise<Positions>;
  /** The last one to save wins: a cursor that is behind costs time, never rows. */
  saveCursor(endpoint: Endpoint, cursor: Positions): Promise<void>;
}
