import { signal } from '@preact/signals';
import type { Completion } from '../../src/platforms/web/api.ts';
import { api } from './api.ts';
import { myId } from './session.ts';

/** Skips the letters of someone who types fast, without a noticeable delay. */
const DEBOUNCE_MS = 60;

interface Offer {
  /** The text for which these were offered, with its slash. */
  text: string;
  completions: readonly Completion[];
  /** Index of the one that Tab inserts; -1 if Enter should send instead. */
  selected: number;
}

const NOTHING: Offer = { text: '', completions: [], selected: -1 };

export const offer = signal<Offer>(NOTHING);

let timer: ReturnType<typeof setTimeout> | undefined;
let underWay = new AbortController();

/** Fetches completions for `text`. Only the answer to the latest request is used. */
export function suggest(text: string): void {
  clearTimeout(timer);
  underWay.abort();
  if (!text.startsWith('/') || text.includes('\n')) {
    close();
    return;
  }
  underWay = new AbortController();
  const abort = underWay.signal;
  timer = setTimeout(() => void ask(text, abort), DEBOUNCE_MS);
}

export function close(): void {
  clearTimeout(timer);
  underWay.abort();
  offer.value = NOTHING;
}

/** Moves the selection cyclically; up from no selection goes to the last one. */
export function move(step: 1 | -1): void {
  const { completions, selected } = offer.peek();
  const from = selected === -1 && step === -1 ? 0 : selected;
  const next = (from + step + completions.length) % completions.length;
  offer.value = { ...offer.peek(), selected: next };
}

async function ask(text: string, abort: AbortSignal): Promise<void> {
  try {
    const { completions } = await api.complete(myId.peek(), text.slice(1), abort);
    const whole = completions.map((one) => ({ ...one, text: withSlash(one.text) }));
    if (!abort.aborted)
      offer.value = { text, completions: whole, selected: preselect(text, whole) };
  } catch {
    // Completion is optional: errors are ignored.
    if (!abort.aborted) offer.value = NOTHING;
  }
}

/**
 * Enter completes an incomplete word. After a complete word it sends, so that a suggested option is never added by
 * accident.
 */
function preselect(text: string, completions: readonly Completion[]): number {
  const finished = /\s$/.test(text) || completions.some((one) => one.text.trim() === text.trim());
  return finished || completions.length === 0 ? -1 : 0;
}

function withSlash(text: string): string {
  return text.startsWith('/') ? text : `/${text}`;
}
