import type { Tone } from '../../../src/core/card.ts';

/** A dot and its word. */
export function StatusMark({ tone, words }: { tone: Tone; words: string }) {
  return (
    <span class="status-mark" data-tone={tone}>
      {words}
    </span>
  );
}
