import type { Calendar, Freeze } from '../freeze.ts';

export interface FreezeStore {
  /** The same ID returns the same freeze. */
  begin(freeze: Omit<Freeze, 'ended'>): Promise<Freeze>;
  /** Once; a later call returns what the first one stored. Throws NotFound. */
  end(id: string, by: string): Promise<Freeze>;
  /** Those that nobody ended and whose time is not over, oldest first. */
  current(): Promise<Freeze[]>;
}

/** When nothing may go live: by the configuration, and as people declared it. */
export interface Freezes extends FreezeStore {
  readonly calendar: Calendar;
}
