import type { Endpoint } from '../endpoint.ts';
import type { Window } from '../model.ts';

/** How far the segments of the prediction log were read: byte offsets by name of segment. */
export type Positions = Record<string, number>;

/** What one version answered in one bucket of prediction time, column by column. */
export interface ProfileDocument<Profile> extends Endpoint {
  version: number;
  /** Start of the bucket, a multiple of its length since the epoch. */
  bucket: Date;
  minutes: number;
  /** Contains the rows that were sent without a time, which have a separate watermark. */
  untimed?: boolean;
  rows: number;
  /** Rows whose time was more than a day ago when they were counted: of a replay, or of a batch that came late. */
  late?: number;
  /**
   * By name of feature. Empty, like `answers`, if the version has no reference. Names may contain dots and
   * `$`.
   */
  features: Record<string, Profile>;
  /** By the name of what is profiled of an answer, e.g. `score`. */
  answers: Record<string, Profile>;
  /** Latest prediction time in it. */
  latest: Date;
  /** It includes every row of a segment below its offset that belongs to this bucket. */
  applied: Positions;
  /** Counts the saves; 0 if it was never saved. */
  revision: number;
}

/** Rows that one version answered: those sent with a time, or those without (`untimed`). */
export interface WhichRows {
  version: number;
  untimed: boolean;
}

export interface RowsInBucket {
  bucket: Date;
  rows: number;
  /** As in the documents; missing if there are none. */
  late?: number;
}

/** Storage of profiles. Each method is one atomic operation on one document. */
export interface ProfileStore<Profile> {
  /** A copy that the caller may change. */
  load(
    endpoint: Endpoint,
    version: number,
    bucket: Date,
    untimed?: boolean,
  ): Promise<ProfileDocument<Profile> | undefined>;
  /**
   * Replaces the document if its revision is still `expectedRevision` (0: if there is none) and stores it
   * with `expectedRevision + 1`; false, without storing anything, if another process was first.
   */
  save(document: ProfileDocument<Profile>, expectedRevision: number): Promise<boolean>;
  /** Documents whose bucket starts in the window, in order. */
  list(endpoint: Endpoint, version: number, window: Window): Promise<ProfileDocument<Profile>[]>;
  /** Number of rows in each bucket since `from`, in order: all, or those of `which`. */
  buckets(endpoint: Endpoint, from: Date, which?: WhichRows): Promise<RowsInBucket[]>;
  /** `latest` of the last bucket: of rows with a time, of those without, or of both. */
  watermark(endpoint: Endpoint, version: number, untimed?: boolean): Promise<Date | undefined>;
  /** Empty if there is none. */
  loadCursor(endpoint: Endpoint): Promise<Positions>;
  /** The last save wins: a cursor that is behind costs time, never rows. */
  saveCursor(endpoint: Endpoint, cursor: Positions): Promise<void>;
}
