import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { attempts, ephemeralReplies } from '../state/attempts.ts';
import { postOf } from '../state/posts.ts';
import { myId } from '../state/session.ts';
import { DownIcon } from './icons.tsx';

/** A position this close to the end counts as the end. */
const NEAR_PX = 60;

interface Props {
  ids: readonly string[] | null;
  children: ComponentChildren;
}

/**
 * Stays at the end if the reader is there; otherwise what is being read does not move: the browser anchors it when
 * something above changes, and we do when earlier messages are added before the first.
 */
export function Scroller({ ids, children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ height: 0, first: ids?.[0], last: ids?.at(-1) });
  const [missed, setMissed] = useState(0);

  const toEnd = () => {
    const { current } = frame;
    if (current !== null) current.scrollTop = current.scrollHeight;
    atEnd.current = true;
    setMissed(0);
  };

  useLayoutEffect(() => {
    const { current } = frame;
    if (current === null) return;
    const { height, first, last } = before.current;
    const fresh = newSince(ids, last);
    // The reader may have scrolled away although the browser has not reported it yet.
    const stillAtEnd = atEnd.current && height - current.scrollTop - current.clientHeight < NEAR_PX;
    if (stillAtEnd || fresh.some(isMine)) toEnd();
    else if (ids?.[0] !== first && current.scrollTop < NEAR_PX) {
      current.scrollTop += current.scrollHeight - height;
    } else if (fresh.length > 0) setMissed((count) => count + fresh.length);
    before.current = { height: current.scrollHeight, first: ids?.[0], last: ids?.at(-1) };
  }, [ids]);

  // Loaded pictures and growing cards move the end without a new message.
  useEffect(() => {
    const watcher = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
      before.current.height = frame.current?.scrollHeight ?? 0;
    });
    if (content.current !== null) watcher.observe(content.current);
    if (frame.current !== null) watcher.observe(frame.current);
    return () => watcher.disconnect();
  }, []);

  // Scrolls to the end for the reader's own messages and private replies, wherever they were.
  const own = attempts.value.length + ephemeralReplies.value.length;
  const ownBefore = useRef(own);
  useLayoutEffect(() => {
    if (own > ownBefore.current) toEnd();
    ownBefore.current = own;
  }, [own]);

  return (
    <div class="scroller">
      <div
        class="scroll-frame"
        ref={frame}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
          if (atEnd.current) setMissed(0);
        }}
      >
        <div class="scroll-content" ref={content}>
          {children}
        </div>
      </div>
      {missed > 0 && (
        <button type="button" class="new-pill" data-testid="new-messages" onClick={toEnd}>
          <DownIcon />
          {missed === 1 ? '1 new message' : `${missed} new messages`}
        </button>
      )}
    </div>
  );
}

function newSince(ids: readonly string[] | null, last: string | undefined): readonly string[] {
  if (ids === null || last === undefined) return [];
  return ids.slice(ids.indexOf(last) + 1);
}

function isMine(id: string): boolean {
  return postOf(id)?.peek().author.id === myId.peek();
}
