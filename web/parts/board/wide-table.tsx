import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useScrolls } from '../use-scrolls.ts';

/** A table that scrolls sideways where it is too wide, also by keyboard. */
export function WideTable({ label, children }: { label: string; children: ComponentChildren }) {
  const frame = useRef<HTMLElement>(null);
  const scrolls = useScrolls(frame);
  return (
    <figure
      class="table-frame"
      aria-label={`${label}: table`}
      ref={frame}
      {...(scrolls ? { tabIndex: 0 } : {})}
    >
      <table>{children}</table>
    </figure>
  );
}
