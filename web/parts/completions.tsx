import { useEffect, useRef } from 'preact/hooks';
import { offer } from '../state/completion.ts';

export const optionId = (index: number) => `completion-${index}`;

/** The list above the composer; the focus stays in the text, and the arrow keys move the selection. */
export function Completions({ onTake }: { onTake: (text: string) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const { completions, selected } = offer.value;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);

  return (
    <div
      id="completions"
      class="completions"
      role="listbox"
      aria-label="Completions"
      ref={list}
      hidden={completions.length === 0}
    >
      {completions.map(({ text, label, hint }, index) => (
        <div
          key={text}
          id={optionId(index)}
          class="completion"
          role="option"
          tabIndex={-1}
          aria-selected={index === selected}
          data-testid="completion"
          // On press, not on click: a click would come after the text has lost the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(text);
          }}
        >
          <code>{label}</code>
          <span class="soft">{hint}</span>
        </div>
      ))}
      <p class="completions-hint" aria-hidden="true">
        <kbd>↑</kbd>
        <kbd>↓</kbd> choose <kbd>Tab</kbd> complete <kbd>Esc</kbd> close
      </p>
    </div>
  );
}
