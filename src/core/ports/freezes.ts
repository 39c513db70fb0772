import type { Calendar, Freeze } from '../freeze.ts';
import type { AuditDraft } from './audit.ts';

/** `event`: stored with the change. */
export interface FreezeStore {
  /** The same ID returns the same freeze. */
  begin(freeze: Omit<Freeze, 'ended'>, event?: AuditDraft): Promise<Freeze>;
  /** Once; a later call returns what the first one stored. Throws NotFound. */
  end(id: string, by: string, event?: AuditDraft): Promise<Freeze>;
  /** Those that nobody ended and whose time is not over, oldest first. */
  current(): Promise<Freeze[]>;
}

/** When nothing may go live: by the configuration, and as people declared it. */
export interface Freezes extends FreezeStore {
  readonly calendar: Calendar;
}
