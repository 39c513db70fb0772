import type { Address } from './address.ts';
import type { Card, Tone } from './card.ts';
import { BadInput, inWords, NotFound, WheelhouseError } from './errors.ts';
import { type Json, toJson } from './json.ts';
import { oneLine } from './one-line.ts';
import type { Proposal } from './ports/proposals.ts';
import { withoutSecrets } from './secrets.ts';

/**
 * The status of a subject, for callers that wait for it. `checking`: decided automatically within seconds;
 * `pending`: waiting for work or people; `done`, `refused` (a gate, a verdict, a vote) and `failed` (an
 * error) are final.
 */
export type Outcome = 'checking' | 'pending' | 'done' | 'refused' | 'failed';

/** Something with one message, edited in place wherever it is shown: `run:…`, `approval:…`, `alert:…`. */
export type Subject = `${string}:${string}`;

export const isSubject = (text: string): text is Subject => text.includes(':');

export interface Reply {
  card: Card;
  /** `caller`: only visible to the person who called. */
  audience: 'channel' | 'caller';
  outcome: Outcome;
  /** For programs: what `--json` prints. */
  data: Json;
  /** Set if nothing was done. `usage`: the input was invalid; `refused`: not allowed; `failed`: an error. */
  fault?: 'usage' | 'refused' | 'failed';
  /** Set if the answer is the live message of a subject and not a message of its own. */
  subject?: Subject;
  /** Where that message is shown besides the place of the call: the model's own channels. */
  alsoAt?: readonly Address[];
  /** A proposal to run in place of this command, for the same person: its answer is the answer. */
  instead?: Instead;
}

export interface Instead {
  proposal: Proposal;
  /** Called once the caller's rights and the input are checked, right before it runs. Throws if it may not run. */
  begin(): Promise<void>;
}

/** A final answer, visible to everyone in the channel. */
export function answer(card: Card, data: unknown = null): Reply {
  return { card, audience: 'channel', outcome: 'done', data: toJson(data) };
}

/** A final answer, visible only to the caller. */
export function ephemeral(card: Card, data: unknown = null): Reply {
  return { ...answer(card, data), audience: 'caller' };
}

/** One line, nothing more. */
export function note(text: string, tone: Tone = 'note', data: unknown = null): Reply {
  return answer({ title: text, tone }, data);
}

/** The live message of `subject`, also in the model's own channels; the work continues. */
export function live(
  subject: Subject,
  { card, outcome, data }: { card: Card; outcome: Outcome; data: Json },
  alsoAt: readonly Address[],
): Reply {
  return { card, audience: 'channel', outcome, data, subject, alsoAt };
}

/** Shown to the caller instead of an answer: one clear line, and nothing was changed. */
export function refusal(error: unknown): Reply {
  const fault = faultOf(error);
  const next = error instanceof WheelhouseError ? error.next : undefined;
  const words = {
    message: withoutSecrets(error instanceof Error ? error.message : String(error)),
    next: next === undefined ? null : withoutSecrets(next),
  };
  return {
    card: { title: oneLine(inWords(error)), tone: fault === 'failed' ? 'danger' : 'warning' },
    audience: 'caller',
    outcome: fault === 'failed' ? 'failed' : 'refused',
    fault,
    data: toJson({ error: words }),
  };
}

function faultOf(error: unknown): 'usage' | 'refused' | 'failed' {
  if (error instanceof BadInput || error instanceof NotFound) return 'usage';
  return error instanceof WheelhouseError && error.blame === 'user' ? 'refused' : 'failed';
}
