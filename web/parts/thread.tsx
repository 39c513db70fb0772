import { useEffect, useRef } from 'preact/hooks';
import { idsIn, postOf } from '../state/posts.ts';
import { closeThread, reloadThread, threadProblem } from '../state/thread.ts';
import { CloseIcon } from './icons.tsx';
import { Message } from './message.tsx';
import { MessageList } from './message-list.tsx';
import { Scroller } from './scroller.tsx';

export function Thread({ id }: { id: string }) {
  const ids = idsIn(`thread:${id}`).value;
  const channel = postOf(id)?.value.channel ?? '';
  const panel = useRef<HTMLElement>(null);

  // The focus moves into the thread, and back to the link when it closes.
  useEffect(() => {
    const opener = document.activeElement;
    panel.current?.querySelector('button')?.focus();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  return (
    <aside
      class="thread"
      data-testid="thread"
      aria-label="Thread"
      ref={panel}
      onKeyDown={(event) => {
        if (event.key === 'Escape') closeThread();
      }}
    >
      <header class="bar">
        <h2>Thread</h2>
        <p class="topic">#{channel}</p>
        <button
          type="button"
          class="tool"
          aria-label="Close the thread"
          title="Close (Esc)"
          onClick={closeThread}
        >
          <CloseIcon />
        </button>
      </header>
      <Scroller ids={ids}>
        <Message id={id} follows={false} inThread={true} />
        <p class="day">
          <span>{ids === null ? 'Loading replies…' : replies(ids.length)}</span>
        </p>
        {threadProblem.value !== '' && (
          <p class="load-problem" role="alert">
            The replies were not loaded. {threadProblem.value}
            <button type="button" class="link" onClick={() => void reloadThread()}>
              Try again
            </button>
          </p>
        )}
        <MessageList ids={ids ?? []} channel={channel} thread={id} />
      </Scroller>
    </aside>
  );
}

function replies(count: number): string {
  return count === 1 ? '1 reply' : `${count} replies`;
}
