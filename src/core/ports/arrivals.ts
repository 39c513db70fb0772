import type { DataSource, Offer, OfferedFile } from '../data.ts';
import type { ModelSpec, Window } from '../model.ts';
import type { AuditDraft } from './audit.ts';

/** What was measured of a file of new data. Its columns as lists: a name may be anything. */
export interface ArrivalFacts {
  rows: number;
  /** In the order of the file, with DuckDB's types; '' for a column without values. */
  columns: { name: string; type: string }[];
  /** Of declared features and the label, where the file has them: rows without a value. */
  nulls: { column: string; rows: number }[];
  /** Of features declared as numbers: rows with something else. */
  unreadable: { column: string; rows: number; example: string }[];
  /** Rows with a label that the model's task does not know; missing if the file has no label. */
  labels?: { column: string; rows: number; example?: string };
  /** Missing if no column says when a row happened. */
  times?: { column: string; from: Date; to: Date };
  /** Features and label beside the training data of a version; missing if there is none in common. */
  drift?: { version: number; columns: { column: string; psi: number; drifted: boolean }[] };
}

/** What can be wrong or unusual about an arrival. */
export type Problem =
  | { kind: 'missing column'; column: string }
  | { kind: 'new column'; column: string }
  | { kind: 'type'; column: string; type: string; before: string }
  | { kind: 'no number'; column: string; rows: number; example: string }
  | { kind: 'few rows'; rows: number; least: number }
  | { kind: 'volume'; rows: number; usual: number }
  | { kind: 'nulls'; column: string; share: number; most: number }
  | { kind: 'label'; column: string; rows: number; example: string }
  | { kind: 'no time'; column: string }
  | { kind: 'old'; newest: Date; days: number }
  | { kind: 'future'; newest: Date }
  | { kind: 'drift'; column: string; psi: number; version: number };

export type CheckName = 'schema' | 'volume' | 'nulls' | 'labels' | 'freshness' | 'drift';

/** `note`: unusual, and no reason to leave it out. `not applied`: nothing to compare with. */
export interface ArrivalCheck {
  name: CheckName;
  status: 'ok' | 'note' | 'bad' | 'not applied';
  problems: Problem[];
}

export type ArrivalStatus =
  /** It passed, or a person decided to use it. */
  | 'accepted'
  /** Not trained on until a person decides. */
  | 'quarantined'
  /** A person decided against it. */
  | 'discarded';

/** New data of a model, judged once. The same bytes are the same arrival, whatever their name. */
export interface Arrival {
  /** Derived from the model and the fingerprint. */
  id: string;
  model: string;
  source: string;
  /** The name under which it was seen first. */
  name: string;
  /** SHA-256 of its bytes. */
  sha256: string;
  bytes: number;
  rows: number;
  columns: ArrivalFacts['columns'];
  /** When its rows happened, if a column says so; both included. */
  times?: Window;
  checks: ArrivalCheck[];
  status: ArrivalStatus;
  at: Date;
  /** Since when it may be trained on. */
  acceptedAt?: Date;
  /** What a person decided about it in quarantine. */
  decision?: { by: string; why: string; at: Date };
}

/** What the last looks saw of one file of a source. */
export interface Sighting {
  model: string;
  source: string;
  name: string;
  bytes: number;
  modified: number;
  /** The look that saw it like this first, and its time. */
  look: string;
  since: Date;
  /** Set once its arrival is judged and told. */
  sha256?: string;
  /** Why it could not be read, as a sentence, and when that was last tried. */
  unreadable?: { why: string; at: Date };
}

export interface Arrivals {
  /** Stores what was judged, once: the first one is kept, and returned. It is unannounced until `announced`. */
  add(arrival: Arrival): Promise<Arrival>;
  /** Stored, and perhaps not announced: whoever stored them stopped in between. Oldest first. */
  unannounced(model: string, source: string): Promise<Arrival[]>;
  announced(id: string): Promise<void>;
  /** Throws NotFound. */
  get(id: string): Promise<Arrival>;
  find(id: string): Promise<Arrival | undefined>;
  /** Newest first. */
  list(filter: {
    model?: string;
    source?: string;
    statuses?: readonly ArrivalStatus[];
    /** Accepted after this. */
    acceptedSince?: Date;
    limit: number;
  }): Promise<Arrival[]>;
  /** quarantined → `status`, with its event. Undefined if a person has decided already. */
  decide(
    id: string,
    status: 'accepted' | 'discarded',
    decision: NonNullable<Arrival['decision']>,
    event?: AuditDraft,
  ): Promise<Arrival | undefined>;
  /** When the newest row of all accepted arrivals happened; undefined if none says so. */
  newestRow(model: string): Promise<Date | undefined>;
  /** Names of accepted files, by when their rows happened. */
  accepted(model: string): Promise<string[]>;
  /** Names of files that must not be trained on: in quarantine, discarded, or not judged yet. */
  excluded(model: string): Promise<string[]>;
  /** What is known of the files of a source. */
  sightings(model: string, source: string): Promise<Sighting[]>;
  /** Replaces what is known of a file. */
  see(sighting: Sighting): Promise<void>;
  /** The source no longer offers these files. */
  forget(model: string, source: string, names: readonly string[]): Promise<void>;
}

/** Reads new data where it lies. */
export interface ArrivalReader {
  look(model: ModelSpec, source: DataSource, signal: AbortSignal): Promise<Offer>;
  /** SHA-256 of the bytes, streamed. */
  fingerprint(path: string, signal: AbortSignal): Promise<string>;
  /** Throws BadInput or NotFound if the file cannot be read as Parquet, CSV or JSON lines. */
  measure(
    path: string,
    about: { model: ModelSpec; source: DataSource; reference?: Reference },
    signal: AbortSignal,
  ): Promise<ArrivalFacts>;
  /** False if the file has changed since it was offered. */
  isUnchanged(file: OfferedFile): Promise<boolean>;
}

/** The training data of a version, which new data is compared with. */
export interface Reference {
  version: number;
  sha256: string;
}
