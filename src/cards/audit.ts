import type { Card } from '../core/card.ts';
import { moment } from '../core/figures.ts';
import { type Json, toJson } from '../core/json.ts';
import type { AuditEvent, AuditHead } from '../core/ports/audit.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

/** Maximum length of a change, in characters: `--json` has the rest. */
const LONGEST = 120;

/** Newest first. */
export function auditCard(events: readonly AuditEvent[], head: AuditHead | undefined): Card {
  return {
    title: `Audit log: ${events.length === 1 ? '1 event' : `${events.length} events`}`,
    tone: 'note',
    table: {
      columns: ['No.', 'Time (UTC)', 'Actor', 'Action', 'Subject', 'Change', 'Source'],
      rows: events.map((event) => [
        String(event.sequence),
        moment(event.at),
        event.by,
        event.action,
        event.environment === undefined ? event.subject : `${event.subject} (${event.environment})`,
        changeOf(event) || '–',
        event.via,
      ]),
    },
    ...(head && { footer: `head ${headText(head)}` }),
  };
}

export const headSubject = (day: string): Subject => `audit:${day}`;

/** The daily message with the head of the log. `day`: `2026-11-30`. */
export function headState(day: string, head: AuditHead): State {
  const { sequence } = head;
  const card: Card = {
    title: `Audit log on ${moment(new Date(day))}: ${sequence.toLocaleString('en-US')} ${sequence === 1 ? 'event' : 'events'}`,
    tone: 'note',
    text: `With this head, "npx wheelhouse audit verify --head HEAD" shows whether anything up to here was changed later.`,
    facts: [{ label: 'Head', value: headText(head) }],
  };
  return { card, outcome: 'done', data: toJson({ head }) };
}

/** In the form that `audit verify --head` accepts. */
const headText = ({ sequence, hash }: AuditHead): string => `${sequence}:${hash}`;

/** `version 2 → 1, reason "too late"`: the simple values in before and after. */
function changeOf({ before, after }: AuditEvent): string {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  const text = names
    .map((name) => {
      const [old, now] = [was.get(name), is.get(name)];
      if (old === undefined || old === now) return `${name} ${now ?? old}`;
      return now === undefined ? `${name} was ${old}` : `${name} ${old} → ${now}`;
    })
    .join(', ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** Lists and objects are only shown to programs. */
function fieldsOf(value: Json | undefined): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([name, field]): [string, string][] => {
      if (field === null) return [[name, 'none']];
      return typeof field === 'object' || field === undefined ? [] : [[name, String(field)]];
    }),
  );
}
