import type { Address } from './address.ts';
import type { Card, Tone } from './card.ts';
import { BadInput, inWords, NotFound, WheelhouseError } from './errors.ts';
import { type Json, toJson } from './json.ts';
import { oneLine } from './one-line.ts';
import { withoutSecrets } from './secrets.ts';

/**
 * How a thing stands, for whoever waits for it.
 * `checking`: a machine decides within seconds; `pending`: work or people still to come;
 * `done`, `refused` (a gate, a verdict, a vote) and `failed` (a fault) are final.
 */
export type Outcome = 'checking' | 'pending' | 'done' | 'refused' | 'failed';

/** A thing that has one message, edited in place, wherever it is shown: `run:…`, `approval:…`, `alert:…`. */
export type Subject = `${string}:${string}`;

export interface Reply {
  card: Card;
  /** `caller`: only the person who asked sees it. */
  audience: 'channel' | 'caller';
  outcome: Outcome;
  /** For programs: what `--json` prints. */
  data: Json;
  /** Set where nothing was done: `usage`, the words were wrong; `refused`, it may not be; `failed`, a fault. */
  fault?: 'usage' | 'refused' | 'failed';
  /** Set where the answer is the live message of a thing rather than a message of its own. */
  subject?: Subject;
  /** Where that message stands besides the place it was asked from: the model's own channels. */
  alsoAt?: readonly Address[];
}

/** A finished answer, to everybody in the channel. */
export function answer(card: Card, data: unknown = null): Reply {
  return { card, audience: 'channel', outcome: 'done', data: toJson(data) };
}

/** A finished answer for the caller's eyes only. */
export function whisper(card: Card, data: unknown = null): Reply {
  return { ...answer(card, data), audience: 'caller' };
}

/** One line, nothing more. */
export function note(text: string, tone: Tone = 'note', data: unknown = null): Reply {
  return answer({ title: text, tone }, data);
}

/** The live message of `subject`, also in the model's own channels; work goes on behind it. */
export function live(
  subject: Subject,
  { card, outcome, data }: { card: Card; outcome: Outcome; data: Json },
  alsoAt: readonly Address[],
): Reply {
  return { card, audience: 'channel', outcome, data, subject, alsoAt };
}

/** What the caller gets to read instead of an answer: one clear line, and nothing was changed. */
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
