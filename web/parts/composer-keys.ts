import { close, move, offer } from '../state/completion.ts';
import { draft, isSent, send, sentBefore } from '../state/draft.ts';

/** The position in the history, moved by Arrow up. */
let back = 0;

/** The keys of the composer; `change` replaces its text. */
export function onKey(event: KeyboardEvent, change: (text: string) => void): void {
  // While an input method composes a character, the keys belong to it.
  if (event.isComposing) return;
  const meaning = offer.peek().completions.length > 0 ? inOffer(event, change) : undefined;
  const act = meaning ?? inText(event, change);
  if (act === undefined) return;
  event.preventDefault();
  act();
}

function inOffer(event: KeyboardEvent, change: (text: string) => void) {
  const { text, completions, selected } = offer.peek();
  const take = (index: number) => () => {
    close();
    change(completions[index]?.text ?? draft.peek());
  };
  // Completions for an earlier text must not be used if someone types faster than the server answers.
  if (text !== draft.peek()) return event.key === 'Tab' ? () => undefined : undefined;
  switch (event.key) {
    case 'ArrowDown':
      return () => move(1);
    case 'ArrowUp':
      return () => move(-1);
    case 'Tab':
      return event.shiftKey ? undefined : take(Math.max(0, selected));
    case 'Escape':
      return close;
    case 'Enter':
      return event.shiftKey || selected === -1 ? undefined : take(selected);
    default:
      return undefined;
  }
}

function inText(event: KeyboardEvent, change: (text: string) => void) {
  const recall = (steps: number) => {
    const text = steps === 0 ? '' : sentBefore(steps);
    if (text === undefined) return;
    back = steps;
    change(text);
    // Otherwise the completions of the recalled command would receive the next Arrow up.
    close();
  };
  if (event.key === 'Enter' && !event.shiftKey) {
    return () => {
      back = 0;
      close();
      send();
    };
  }
  const recalled = back > 0 && isSent(draft.peek());
  if (draft.peek() === '') back = 0;
  if (event.key === 'ArrowUp' && (draft.peek() === '' || recalled)) return () => recall(back + 1);
  if (event.key === 'ArrowDown' && recalled) return () => recall(back - 1);
  return undefined;
}
