import { type Attempt, drop, retry } from '../state/attempts.ts';
import { compose } from '../state/draft.ts';
import { nameOf } from '../state/names.ts';
import { Avatar } from './avatar.tsx';
import { emojiName } from './emoji.tsx';

/** An action that is being sent, or that failed. */
export function AttemptLine({ attempt }: { attempt: Attempt }) {
  if (attempt.state === 'failed') return <Failed attempt={attempt} />;
  if (attempt.kind === 'words') return <StandIn attempt={attempt} />;
  if (attempt.kind !== 'command') return null;
  return (
    <p class="under-way" role="status">
      <span class="spinner" aria-hidden="true" />
      <code>{attempt.text}</code>
    </p>
  );
}

/** Shown at once, until the post itself arrives. */
function StandIn({ attempt: { as, text } }: { attempt: Attempt }) {
  return (
    <div class="message stand-in" data-testid="stand-in">
      <div class="message-side">
        <Avatar id={as} name={nameOf(as)} />
      </div>
      <div class="message-body">
        <p class="message-head">
          <b class="author">{nameOf(as)}</b>
          <span class="time">sending…</span>
        </p>
        <p class="words">{text}</p>
      </div>
    </div>
  );
}

function Failed({ attempt: { id, kind, text, problem } }: { attempt: Attempt }) {
  const typed = kind === 'words' || kind === 'command';
  return (
    <div class="failed" role="alert" data-testid="not-sent">
      <p>
        <b>{whatWasNotDone(kind)}</b> {problem}
      </p>
      {kind !== 'press' && kind !== 'react' ? (
        <p class="failed-text">{text}</p>
      ) : (
        <p>{named(kind, text)}</p>
      )}
      <p class="actions">
        <button type="button" class="button" data-testid="retry" onClick={() => retry(id)}>
          Retry
        </button>
        {typed && (
          <button
            type="button"
            class="button"
            onClick={() => {
              drop(id);
              compose(text);
            }}
          >
            Edit
          </button>
        )}
        <button type="button" class="button" onClick={() => drop(id)}>
          Dismiss
        </button>
      </p>
    </div>
  );
}

function whatWasNotDone(kind: Attempt['kind']): string {
  if (kind === 'words') return 'Your message was not sent.';
  if (kind === 'command') return 'Your command was not run.';
  return kind === 'press' ? 'The button was not pressed.' : 'Your reaction was not changed.';
}

function named(kind: Attempt['kind'], text: string): string {
  return kind === 'react' ? emojiName(text) : text;
}
