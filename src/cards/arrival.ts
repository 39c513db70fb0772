import type { Action, Card, Tone } from '../core/card.ts';
import { figure, moment } from '../core/figures.ts';
import { deriveId } from '../core/ids.ts';
import { type Json, toJson } from '../core/json.ts';
import { oneLine } from '../core/one-line.ts';
import type { Arrival, ArrivalStatus, Sighting } from '../core/ports/arrivals.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { checkInWords, problemInWords } from './arrival-words.ts';

export const arrivalSubject = ({ id }: Pick<Arrival, 'id'>): Subject => `arrival:${id}`;

export const unreadableSubject = ({ model, source, name }: Sighting): Subject =>
  `file:${deriveId('file', model, source, name)}`;

type Source = Pick<Sighting, 'model' | 'source'>;

/** One message for each reason. */
export const sourceSubject = ({ model, source }: Source, why: string): Subject =>
  `source:${deriveId('source', model, source, why)}`;

const TONES: Record<ArrivalStatus, Tone> = {
  accepted: 'success',
  quarantined: 'warning',
  discarded: 'note',
};

/** The message of an arrival that did not pass, in quarantine or decided. */
export function arrivalState(arrival: Arrival): State {
  return {
    card: arrivalCard(arrival),
    outcome: arrival.status === 'quarantined' ? 'pending' : 'done',
    data: arrivalData(arrival),
  };
}

function arrivalCard(arrival: Arrival): Card {
  const { id, name, source, rows, times, status, checks } = arrival;
  const isOpen = status === 'quarantined';
  return {
    title: titleOf(arrival),
    tone: TONES[status],
    text: textOf(arrival),
    facts: [
      { label: 'Source', value: source },
      { label: 'Rows', value: figure(rows) },
      ...(times ? [{ label: 'From', value: timesInWords(times) }] : []),
    ],
    table: {
      caption: `Checks of ${oneLine(name)}`,
      columns: ['Check', 'Result'],
      rows: checks.map((check) => [check.name, checkInWords(check)]),
    },
    ...(isOpen && { actions: choices(arrival) }),
    footer: id,
  };
}

/** Both ends are included, unlike those of a window. */
function timesInWords({ from, to }: NonNullable<Arrival['times']>): string {
  const [first, last] = [moment(from), moment(to)];
  return first === last ? first : `${first} to ${last}`;
}

function titleOf({ name, model, status, decision }: Arrival): string {
  const file = oneLine(name);
  if (status === 'quarantined') return `New data of ${model} is in quarantine: ${file}`;
  const by = decision?.by ?? 'somebody';
  return status === 'accepted'
    ? `${by} decided to use new data of ${model}: ${file}`
    : `${by} discarded new data of ${model}: ${file}`;
}

function textOf({ checks, model, status, decision }: Arrival): string {
  const bad = checks.filter((check) => check.status === 'bad');
  const why = bad.flatMap(({ problems }) => problems.map(problemInWords)).join(' ');
  if (status !== 'quarantined') return `${why} Reason given: ${decision?.why ?? 'none'}`;
  return `${why} It starts no training of ${model}, and programs are told to leave it out, until somebody decides.`;
}

function choices({ id, name, model, checks }: Arrival): Action[] {
  const failed = checks.filter(({ status }) => status === 'bad').map((check) => check.name);
  return [
    {
      label: 'Use anyway',
      command: 'admit',
      argument: `${id} --reason "by the button, despite: ${failed.join(', ')}"`,
      confirm: `Train ${model} on ${oneLine(name)} although it did not pass?`,
    },
    {
      label: 'Discard',
      command: 'discard',
      argument: `${id} --reason "by the button: ${failed.join(', ')}"`,
      style: 'danger',
    },
  ];
}

/** A file that is neither Parquet, CSV nor JSON lines, or not yet. */
export function unreadableState({ name, model, source }: Sighting, why: string): State {
  return {
    card: {
      title: `New data of ${model} cannot be read: ${oneLine(name)}`,
      tone: 'warning',
      text: `${why} It was not used. It is tried again when the file changes, and every ten minutes.`,
      facts: [{ label: 'Source', value: source }],
    },
    outcome: 'done',
    data: toJson({ model, source, name, error: why }),
  };
}

/** A source that cannot be looked at, said once for each reason. */
export function sourceState({ model, source }: Source, why: string): State {
  return {
    card: {
      title: `New data of ${model} cannot be looked for: ${source}`,
      tone: 'warning',
      text: `${why} It is tried again at every look, and not mentioned again.`,
    },
    outcome: 'done',
    data: toJson({ model, source, error: why }),
  };
}

/** What came for a model, newest first. */
export function arrivalsCard(model: string, arrivals: readonly Arrival[]): Card {
  const open = arrivals.filter(({ status }) => status === 'quarantined');
  if (arrivals.length === 0) return { title: `No data of ${model} has arrived yet`, tone: 'note' };
  return {
    title: `New data of ${model}`,
    tone: open.length > 0 ? 'warning' : 'note',
    ...(open.length > 0 && {
      text: `In quarantine: ${open.map(({ id }) => id).join(', ')}. /admit uses one anyway, /discard leaves it out.`,
    }),
    table: {
      columns: ['Arrived (UTC)', 'File', 'Rows', 'From', 'Checks', 'Status', 'ID'],
      rows: arrivals.map((arrival) => [
        moment(arrival.at),
        oneLine(arrival.name),
        figure(arrival.rows),
        arrival.times ? timesInWords(arrival.times) : '–',
        checksInBrief(arrival),
        statusOf(arrival),
        arrival.id,
      ]),
    },
  };
}

function checksInBrief({ checks }: Arrival): string {
  const unusual = checks.filter(({ status }) => status === 'bad' || status === 'note');
  const applied = checks.filter(({ status }) => status !== 'not applied');
  if (unusual.length === 0) return `${applied.length} passed`;
  return unusual
    .map(({ name, status, problems }) =>
      status === 'bad' ? `${name}: failed` : `${name}: ${problems.length} noted`,
    )
    .join(', ');
}

function statusOf({ status, decision }: Arrival): string {
  if (status === 'quarantined') return 'in quarantine';
  return decision ? `${status} by ${decision.by}` : status;
}

/** For programs. */
function arrivalData(arrival: Arrival): Json {
  return toJson({ arrival });
}
