/** Where new data of a model is looked for. */
export interface DataSource {
  name: string;
  /** Its name in `src/data/sources`. */
  kind: string;
  /** When to look, as node-cron reads it. */
  schedule: string;
  /** What arrivals are held to. */
  rules: ArrivalRules;
  /** The keys that only its kind has, by their names in the file. */
  settings: Readonly<Record<string, unknown>>;
}

export interface ArrivalRules {
  /** Fewer rows are too few. */
  minRows: number;
  /** So many times more or fewer rows than earlier arrivals are too many or too few. */
  volumeRatio: number;
  /** A larger share of missing values in a feature or the label is too large. */
  maxNulls: number;
  /** The column with the time of each row; undefined: `time`, `timestamp` or `date`. */
  time?: string | undefined;
  /** The newest row must not be older; undefined: any age. */
  maxAgeDays?: number | undefined;
  /** A feature at a larger distance (PSI) from the training data is unusable. */
  maxPsi: number;
}

/** A file that a source offers. */
export interface OfferedFile {
  /** For people: relative to the workspace, or as a program calls it. */
  name: string;
  /** Absolute, on this machine. */
  path: string;
  bytes: number;
  /** Milliseconds since the epoch. */
  modified: number;
  /** Nobody is still writing it. Otherwise it is taken once it has not changed for a while. */
  isWhole: boolean;
}

/** A file that is there, and that its source does not take. */
export interface LeftOut {
  name: string;
  bytes: number;
  modified: number;
  /** As a sentence, and what to do about it. */
  why: string;
}

export interface Offer {
  /** By name. */
  files: readonly OfferedFile[];
  /** Told once each, like a file that cannot be read. */
  leftOut?: readonly LeftOut[];
  /** Afterwards the files may be gone. */
  close(): Promise<void>;
}
