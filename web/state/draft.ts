import { computed, signal } from '@preact/signals';
import { say } from './attempts.ts';
import { channelId } from './session.ts';

const drafts = signal<ReadonlyMap<string, string>>(new Map());
/** Messages sent from this tab, oldest first. */
const sent: string[] = [];

/** The text in the composer, for each channel. */
export const draft = computed(() => drafts.value.get(channelId.value) ?? '');

/** Incremented when the composer should get the focus, because its text was set from elsewhere. */
export const composerCalls = signal(0);

export function write(text: string): void {
  drafts.value = new Map(drafts.peek()).set(channelId.peek(), text);
}

/** Sets the text of the composer from elsewhere on the page and focuses it. */
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

/** The message sent `back` messages ago; 1 is the last. */
export function sentBefore(back: number): string | undefined {
  return sent.at(-back);
}

export function isSent(text: string): boolean {
  return sent.includes(text);
}
