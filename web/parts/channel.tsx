import { useEffect, useState } from 'preact/hooks';
import { hasEarlier, idsIn, loadChannel, loadEarlier } from '../state/posts.ts';
import { channel, channelId } from '../state/session.ts';
import { closeThread } from '../state/thread.ts';
import { markRead } from '../state/unread.ts';
import { Composer } from './composer.tsx';
import { HashIcon } from './icons.tsx';
import { MessageList } from './message-list.tsx';
import { Scroller } from './scroller.tsx';
import { useWantedMessage } from './wanted-message.ts';
import { Welcome } from './welcome.tsx';

/** The current channel: its topic, its messages and the composer. */
export function Channel() {
  const id = channelId.value;
  const [problem, setProblem] = useState('');
  const [upToDate, setUpToDate] = useState(false);
  const ids = idsIn(`channel:${id}`).value;

  const tryTo = (load: (id: string) => Promise<void>) => {
    setProblem('');
    return load(id).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  useEffect(() => {
    markRead(id);
    closeThread();
    setUpToDate(false);
    void tryTo(loadChannel).then(() => setUpToDate(true));
  }, [id]);

  useWantedMessage(id, ids, upToDate);

  return (
    <section class="channel" aria-label={`Channel ${id}`}>
      <header class="bar">
        <HashIcon size={18} />
        <h1>{id}</h1>
        <p class="topic">{channel.value?.topic}</p>
      </header>
      <Scroller key={`list:${id}`} ids={ids}>
        {problem !== '' && (
          <p class="load-problem" role="alert">
            The messages were not loaded. {problem}
            <button type="button" class="link" onClick={() => void tryTo(loadChannel)}>
              Try again
            </button>
          </p>
        )}
        {hasEarlier.value.has(id) && (
          <button type="button" class="button earlier" onClick={() => void tryTo(loadEarlier)}>
            Show earlier messages
          </button>
        )}
        {ids === null && problem === '' && <Loading />}
        {ids?.length === 0 && <Welcome />}
        <MessageList ids={ids ?? []} channel={id} thread={null} />
      </Scroller>
      <Composer key={`composer:${id}`} />
    </section>
  );
}

function Loading() {
  return (
    <div class="loading" role="status" aria-label="Loading messages">
      <span />
      <span />
      <span />
    </div>
  );
}
