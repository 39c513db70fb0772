import { computed, signal } from '@preact/signals';
import { say } from './attempts.ts';
import { channelId } from './session.ts';

const drafts = signal<ReadonlyMap<string, string>>(new Map());
/** What was sent from this tab, oldest first. */
const sent: string[] = [];

/** What stands in the composer; each channel keeps its own. */
export const draft = computed(() => drafts.value.get(channelId.value) ?? '');

/** Grows when the composer should take the keyboard, because something outside wrote into it. */
export const composerCalls = signal(0);

export function write(text: string): void {
  drafts.value = new Map(drafts.peek()).set(channelId.peek(), text);
}

/** Writes into the composer from elsewhere on the page and moves the keyboard there. */
export function compose(text: string): void {
  write(text);
  callComposer();
}

export function callComposer(): void {
  composerCalls.value += 1;
}

export function send(): void {
  const text = draft.peek().trim();
  if (text === '') return;
  say(text);
  sent.push(text);
  write('');
}

/** The thing sent `back` steps ago, 1 being the last. */
export function sentBefore(back: number): string | undefined {
  return sent.at(-back);
}

export function isSent(text: string): boolean {
  return sent.includes(text);
}
