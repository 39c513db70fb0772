import type { ChatLog } from '../../core/ports/chat-log.ts';
import type { Changes } from '../http/changes.ts';
import type { Watched } from './wire.ts';

/** Reads the state of an invocation, and waits for changes. */
export interface Watch {
  /** Undefined if nothing newer than `after` came before `enough`. */
  newer(invocation: string, after: number, enough: AbortSignal): Promise<Watched | undefined>;
}

export function createWatch(chatLog: ChatLog, changes: Changes<string>): Watch {
  return {
    async newer(invocation, after, enough) {
      while (true) {
        // Listens before it reads, so that no change in between is missed.
        const next = nextChange(changes, invocation, enough);
        const now = await look(chatLog, invocation);
        if (now && now.revision > after) return now;
        if (!(await next)) return undefined;
      }
    },
  };
}

async function look(chatLog: ChatLog, invocation: string): Promise<Watched | undefined> {
  const [post] = await chatLog.channel('terminal', invocation, { limit: 1 });
  if (!post?.card || !post.state) return undefined;
  const replies = await chatLog.thread(post.id);
  return {
    // A reply counts as a change, even if it does not change the revision of the post.
    revision: post.revision + replies.length,
    card: post.card,
    ...post.state,
    thread: replies.flatMap(({ card }) => card ?? []),
  };
}

/** Whether a change of `invocation` came before `signal`. */
function nextChange(
  changes: Changes<string>,
  invocation: string,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (came: boolean) => {
      off();
      signal.removeEventListener('abort', tooLate);
      resolve(came);
    };
    const tooLate = () => finish(false);
    const off = changes.on((changed) => changed === invocation && finish(true));
    signal.addEventListener('abort', tooLate);
    if (signal.aborted) tooLate();
  });
}
