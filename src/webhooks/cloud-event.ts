import type { Json } from '../core/json.ts';
import type { AuditEvent } from '../core/ports/audit.ts';
import { cdEventOf } from './cd-event.ts';

/** An event as CloudEvents 1.0 has it, in the structured JSON mode. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  data: Json;
}

export interface Origin {
  /** Name of the workspace. */
  workspace: string;
  /** Address of the page, without a slash at the end; undefined if it was not configured. */
  publicUrl?: string | undefined;
  /** SHA-256 of the model file of the version that the event names; undefined if it names none. */
  artifact?: string | undefined;
}

/**
 * An event of the audit log, for others: a CDEvent where CDEvents has the type, otherwise one of our own,
 * `dev.wheelhouse.` and the action. Pure: the same event gives the same bytes, however often it is sent.
 */
export function cloudEventOf(event: AuditEvent, origin: Origin): CloudEvent {
  const source = origin.publicUrl ?? `/wheelhouse/${encodeURIComponent(origin.workspace)}`;
  const about = { specversion: '1.0', source, time: event.at.toISOString() } as const;
  const cd = cdEventOf(event, { ...origin, source });
  if (cd) {
    const { context, subject } = cd;
    return {
      ...{ ...about, id: context.id, type: context.type, subject: subject.id },
      ...{ datacontenttype: 'application/json', data: cd },
    };
  }
  const { id, subject, action } = event;
  return {
    ...{ ...about, id, type: `dev.wheelhouse.${action}`, subject },
    ...{ datacontenttype: 'application/json', data: recordOf(event) },
  };
}

/** What the audit log recorded, without its seal. */
function recordOf(event: AuditEvent): { [field: string]: Json | undefined } {
  const { action, by, subject, model, environment, via, before, after, sequence } = event;
  return { action, by, subject, model, environment, via, before, after, sequence };
}
