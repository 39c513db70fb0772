/** A version that another registry must get, or has got. */
export interface Export {
  version: string;
  attempts: number;
  nextAt: Date;
}

/** Which versions a tracking server has: a place of its own in the audit log, and a row for each version. */
export interface Exports {
  /** How far the audit log was read for that server; undefined before the first time. */
  cursor(server: string): Promise<number | undefined>;
  /** Begins there, unless it has begun. */
  begin(server: string, at: number): Promise<void>;
  advance(server: string, from: number, to: number): Promise<void>;
  /** Once for each version. */
  add(server: string, version: string, now: Date): Promise<void>;
  /** Those that wait, and whose time has come: the longest waiting first. */
  due(server: string, now: Date, limit: number): Promise<Export[]>;
  /** The server has it. */
  done(server: string, version: string): Promise<void>;
  /** Tried again then, unless somebody else has tried it since. `failed`: the attempt counts. */
  later(server: string, one: Export, nextAt: Date, failed: boolean): Promise<void>;
}
