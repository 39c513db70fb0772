import type { Card } from '../core/card.ts';
import { moment } from '../core/figures.ts';
import { type Json, toJson } from '../core/json.ts';
import { oneLine } from '../core/one-line.ts';
import type { AuditEvent } from '../core/ports/audit.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { type Followed, kindOf } from '../core/subscribed.ts';

/** Longest part of a line that somebody else wrote, in characters. */
const LONGEST = 200;

interface Told {
  who: string;
  /** `flights`, and with its version `flights v3`. */
  model: string;
  versioned: string;
  /** ` in production`, or nothing. */
  where: string;
  /** What was asked for or recorded. */
  subject: string;
  /** `: too late`, or nothing. */
  why: string;
  before(field: string): string | undefined;
  after(field: string): string | undefined;
}

/** Undefined: another event says it. */
const WORDS: Record<Followed, (told: Told) => string | undefined> = {
  'deployment.live': ({ versioned, where, who, before }) =>
    `${versioned} is live${where}, requested by ${who}${before('version') ? ` (before: v${before('version')})` : ''}`,
  'deployment.failed': ({ versioned, where, who, why }) =>
    `Deploying ${versioned}${where} failed, requested by ${who}${why}`,
  'deployment.rollback': ({ who, model, where, after, why }) =>
    `${who} rolled ${model} back to v${after('version') ?? '?'}${where}${why}`,
  'deployment.undeploy': ({ who, model, where, before, why }) =>
    `${who} took ${model} v${before('version') ?? '?'} out of service${where}${why}`,
  'version.quarantine': ({ model, before, where, why }) =>
    `The gateway put ${model} v${before('version') ?? '?'} in quarantine${where}${why}`,
  'rollout.begin': ({ versioned, where, who }) =>
    `The rollout of ${versioned}${where} began, requested by ${who}`,
  'rollout.pause': ({ who, model, where, why }) =>
    `${who} paused the rollout of ${model}${where}${why}`,
  'rollout.resume': ({ who, model, where }) => `${who} resumed the rollout of ${model}${where}`,
  'rollout.end': ({ versioned, where, who, after, why }) =>
    after('outcome') === 'promoted'
      ? undefined
      : `The rollout of ${versioned}${where} was ended by ${who}${why}`,
  'endpoint.hold': ({ who, model, where, why }) =>
    `${who} put automation of ${model}${where} on hold${why}`,
  'endpoint.resume': ({ who, model, where }) => `${who} resumed automation of ${model}${where}`,
  'promotion.requested': ({ who, versioned, where }) =>
    `${who} asks to deploy ${versioned}${where}; the gates passed`,
  'promotion.refused': ({ who, versioned, where }) =>
    `${who} asked to deploy ${versioned}${where}; a gate refused it`,
  'gate.override': ({ who, versioned, where, after, why }) =>
    `${who} overrode the gate ${after('gate') ?? ''} of ${versioned}${where}${why}`,
  'approval.approve': ({ who, versioned, where, why }) =>
    `${who} voted for ${versioned}${where}${why}`,
  'approval.reject': ({ who, versioned, where, why }) =>
    `${who} voted against ${versioned}${where}${why}`,
  'approval.withdrawn': ({ who, model, where, subject }) =>
    `${who} withdrew a vote on ${subject}, for ${model}${where}`,
  'approval.approved': ({ versioned, where, who }) =>
    `${versioned}${where} was approved; the last vote was by ${who}`,
  'approval.rejected': ({ versioned, where, who }) => `${versioned}${where} was rejected by ${who}`,
  'approval.expired': ({ subject, model, where }) =>
    `${subject}, for ${model}${where}, expired: not enough people voted in time`,
  'approval.superseded': ({ who, subject, versioned, where }) =>
    `${who} asks for ${versioned}${where} instead of ${subject}`,
  'approval.rechecked': ({ versioned, where }) =>
    `The gates of ${versioned}${where} are checked again, because another version went live: the votes are void`,
  'version.register': ({ subject, who }) => `${subject} was trained, requested by ${who}`,
  'run.cancel': ({ who, subject, model }) => `${who} cancelled ${subject} of ${model}`,
  'retraining.start': ({ model, subject }) =>
    `The retraining policy of ${model} started ${subject}`,
  'retraining.end': ({ model, subject, after }) =>
    `The retraining ${subject} of ${model} ended: ${after('kind') ?? 'done'}`,
  'data.accepted': ({ model, after, subject }) =>
    `New data of ${model} was accepted: ${after('name') ?? subject}`,
  'data.quarantined': ({ model, after, subject }) =>
    `New data of ${model} is in quarantine: ${after('name') ?? subject}`,
  'data.admitted': ({ who, model, after, subject, why }) =>
    `${who} admitted ${after('name') ?? subject}, data of ${model}${why}`,
  'data.discarded': ({ who, model, after, subject, why }) =>
    `${who} discarded ${after('name') ?? subject}, data of ${model}${why}`,
};

const WARNINGS: ReadonlySet<Followed> = new Set([
  ...(['deployment.failed', 'deployment.rollback', 'deployment.undeploy'] as const),
  ...(['version.quarantine', 'gate.override', 'data.quarantined'] as const),
]);

export const happenedSubject = ({ sequence }: Pick<AuditEvent, 'sequence'>): Subject =>
  `event:${sequence}`;

/** The line about an event. Undefined if nobody can subscribe to it. `who`: the name of whoever did it. */
export function happened(event: AuditEvent, who: string): State | undefined {
  const { sequence, action, subject, model, environment, at } = event;
  const followed = kindOf(action);
  if (!followed || model === undefined) return undefined;
  const [before, after] = [fieldsOf(event.before), fieldsOf(event.after)];
  const version = after('version');
  const why = after('reason') ?? after('why') ?? after('error');
  const title = WORDS[followed.action]({
    ...{ who: quoted(who), model, subject: quoted(subject) },
    versioned: version === undefined ? model : `${model} v${version}`,
    where: environment === undefined ? '' : ` in ${environment}`,
    why: why ? `: ${why}` : '',
    ...{ before, after },
  });
  if (title === undefined) return undefined;
  const card: Card = {
    title,
    tone: WARNINGS.has(followed.action) ? 'warning' : 'note',
    text: `More: ${moreOf(event, followed.kind)}`,
    footer: `${moment(at)} UTC`,
  };
  return { card, outcome: 'done', data: toJson({ sequence, action, subject, model, environment }) };
}

function moreOf({ action, subject, model, environment }: AuditEvent, kind: string): string {
  if (kind === 'approvals') return `/approvals ${subject}`;
  if (kind === 'training') return `/runs ${model}`;
  if (kind === 'data') return `/data ${model}`;
  if (action.startsWith('rollout.')) return `/rollout ${model} --in ${environment}`;
  return action.startsWith('endpoint.') ? `/audit ${model}` : `/history ${model}`;
}

/** The simple values of what was recorded, each as a short line. */
function fieldsOf(value: Json | undefined): (field: string) => string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return () => undefined;
  const fields = new Map(Object.entries(value));
  return (name) => {
    const field = fields.get(name);
    const isSimple = typeof field === 'string' || typeof field === 'number';
    return isSimple ? quoted(String(field)) : undefined;
  };
}

function quoted(text: string): string {
  const line = oneLine(text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
