import { z } from 'zod';
import type { Fact, ModelCard } from '../../cards/model-card.ts';
import type { OpenTicket } from '../../proof/ticket.ts';
import { figures } from '../../tasks/words.ts';
import { type Events, type Evidence, FILES, type Record } from './files.ts';

interface Known {
  ticket: OpenTicket;
  events: Events;
  evidence: z.infer<typeof Evidence> | undefined;
  record: z.infer<typeof Record> | undefined;
}

/** The card of a bundle follows from its other files, so that a verifier can make it again and compare. Pure. */
export function cardOf({ ticket, events, evidence, record }: Known): ModelCard {
  const { model, version, environment, request } = ticket;
  const eventOf = (action: string, subject?: string) =>
    events.find(
      (one) => one.action === action && (subject === undefined || one.subject === subject),
    )?.sequence;
  const registered = eventOf('version.register', `${model}@${version}`);
  const asked = request === undefined ? undefined : eventOf('promotion.requested', request);
  const voteOf = (person: string) =>
    events.find(
      ({ action, by, subject }) =>
        action === 'approval.approve' && by === person && subject === request,
    )?.sequence;
  /** The newest reason that was given with the vote, or for it. */
  const saidBy = (person: string): string => {
    const own = events.filter(
      ({ action, by, subject }) =>
        by === person &&
        subject === request &&
        (action === 'approval.approve' || action === 'approval.reason'),
    );
    // A vote that was cast again has only what was said since.
    const last = own.findLastIndex(({ action }) => action === 'approval.approve');
    const said = own.slice(Math.max(0, last)).flatMap(({ after }) => reasonIn(after));
    return said.length > 0 ? ` Reason: ${said.at(-1)}` : '';
  };
  const known = (text: string | undefined, event?: number, file?: string): Fact =>
    text === undefined ? { text: 'unknown' } : { text, event, file };
  const data = record?.version.dataset;
  const votes = ticket.votes.map(({ person, platform, at }) =>
    known(
      `${person} approved from ${platform} at ${at}.${saidBy(person)}`,
      ...[voteOf(person), FILES.ticket],
    ),
  );
  const taken =
    ticket.takenOver !== undefined &&
    known(
      `Taken over from before there were tickets; no votes were counted.`,
      undefined,
      FILES.ticket,
    );
  // Bundles without notes have no such section, as those of earlier releases.
  const notes = events
    .filter((event) => isNoteOn(event, ticket))
    .map(({ by, subject, after, sequence }) => ({
      text: `${by} on ${subject}: ${notedIn(after)}`,
      event: sequence,
    }));
  return {
    ...{ model, version, environment },
    sections: [
      {
        title: 'Model file',
        facts: [known(`SHA-256 ${ticket.artifact}.`, registered, FILES.signature)],
      },
      {
        title: 'Data and training',
        facts: [
          known(
            data &&
              `${data.rows} rows from ${data.window.from} to ${data.window.to}, SHA-256 ${data.sha256}.`,
            registered,
            FILES.record,
          ),
          known(
            record &&
              `Run ${record.version.run} by ${record.version.createdBy}, code ${record.version.code.revision}${record.version.code.dirty ? ' with uncommitted changes' : ''}.`,
            registered,
            FILES.record,
          ),
        ],
      },
      {
        title: 'Evaluation',
        facts: Object.entries(record?.evaluation?.metrics ?? {}).map(([name, value]) =>
          known(
            `${figures({ [name]: value }, 1, record?.evaluation?.unit)}.`,
            undefined,
            FILES.record,
          ),
        ),
      },
      {
        title: 'Gates',
        facts: (evidence?.gates ?? []).map(({ name, passed, words }) =>
          known(
            `${name}: ${passed ? 'passed' : 'not passed'}. ${words ?? ''}`.trim(),
            asked,
            FILES.evidence,
          ),
        ),
      },
      { title: 'Approval', facts: taken ? [taken] : votes },
      {
        title: 'In service',
        facts: [
          known(
            `Ticket ${ticket.id}, issued at ${ticket.issuedAt} after event ${ticket.audit.sequence}.`,
            request === undefined ? undefined : eventOf('ticket.issue', request),
            FILES.ticket,
          ),
        ],
      },
      ...(notes.length > 0 ? [{ title: 'Notes', facts: notes }] : []),
    ].map(({ title, facts }) => ({
      title,
      facts: facts.length > 0 ? facts : [{ text: 'unknown' }],
    })),
  };
}

const Said = z.object({ reason: z.string() });

function reasonIn(after: unknown): string[] {
  const { data } = Said.safeParse(after);
  return data ? [data.reason] : [];
}

const Noted = z.object({ text: z.string(), version: z.number().optional() });

/** Whether an event is a note about the version, its run, its request or an alert about it. */
export function isNoteOn(
  {
    action,
    subject,
    model,
    after,
  }: {
    action: string;
    subject: string;
    model?: string | undefined;
    after?: unknown;
  },
  about: { model: string; version: number; request?: string | undefined },
): boolean {
  if (action !== 'note.add') return false;
  if (subject === `${about.model}@${about.version}` || subject === about.request) return true;
  return model === about.model && Noted.safeParse(after).data?.version === about.version;
}

const notedIn = (after: unknown): string => Noted.safeParse(after).data?.text ?? 'unreadable';
