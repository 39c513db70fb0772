import { z } from 'zod';
import type { AuditEvent } from './ports/audit.ts';

/** What somebody noted about a version, run, alert, request or pipeline. It is an event of the audit log. */
export interface Note {
  /** `flights@3`, or the ID of a run, alert, request or pipeline. */
  about: string;
  by: string;
  text: string;
  at: Date;
}

const Noted = z.object({ text: z.string() });

/** The notes among events, in their order. */
export const notesIn = (
  events: readonly Pick<AuditEvent, 'action' | 'subject' | 'by' | 'after' | 'at'>[],
): Note[] =>
  events.flatMap(({ action, subject: about, by, after, at }) => {
    const { data } = Noted.safeParse(after);
    return action === 'note.add' && data ? [{ about, by, text: data.text, at }] : [];
  });
