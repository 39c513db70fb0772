import { useEffect, useRef } from 'preact/hooks';
import { close, offer, suggest } from '../state/completion.ts';
import { composerCalls, draft, send, write } from '../state/draft.ts';
import { channelId, me } from '../state/session.ts';
import { Avatar, hueOf } from './avatar.tsx';
import { Completions, optionId } from './completions.tsx';
import { onKey } from './composer-keys.ts';
import { SendIcon } from './icons.tsx';

export function Composer() {
  const field = useRef<HTMLTextAreaElement>(null);
  const { id, name, role } = me.value ?? { id: '', name: '', role: '' };
  const { completions, selected } = offer.value;
  const open = completions.length > 0;

  const change = (text: string) => {
    write(text);
    suggest(text);
  };

  useEffect(() => {
    const { current } = field;
    if (current === null) return;
    // On a touch screen, the keyboard would cover the messages.
    if (composerCalls.value > 0 || matchMedia('(hover: hover)').matches) current.focus();
    current.setSelectionRange(current.value.length, current.value.length);
    suggest(draft.peek());
    return close;
  }, [composerCalls.value]);

  return (
    <form
      class="composer"
      data-hue={hueOf(id)}
      onSubmit={(event) => {
        event.preventDefault();
        close();
        send();
      }}
    >
      <Completions onTake={change} />
      <div class="composer-box">
        <span class="composer-who" title={`Speaking as ${name}, ${role}`}>
          <Avatar id={id} name={name} small />
        </span>
        <textarea
          ref={field}
          data-testid="composer"
          rows={Math.min(8, draft.value.split('\n').length)}
          value={draft.value}
          placeholder={`Message or /command as ${name.split(' ')[0]}`}
          aria-label={`Message #${channelId.value} as ${name}`}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls="completions"
          aria-activedescendant={open && selected >= 0 ? optionId(selected) : undefined}
          spellcheck={!draft.value.startsWith('/')}
          autocomplete="off"
          onInput={({ currentTarget }) => change(currentTarget.value)}
          onKeyDown={(event) => onKey(event, change)}
          onBlur={close}
        />
        <button
          type="submit"
          class="send"
          data-testid="send"
          aria-label="Send"
          title="Send (Enter)"
          disabled={draft.value.trim() === ''}
        >
          <SendIcon />
        </button>
      </div>
      <p class="composer-hint">
        <kbd>Enter</kbd> sends <kbd>Shift</kbd> <kbd>Enter</kbd> new line <kbd>/</kbd> commands{' '}
        <kbd>↑</kbd> last message
      </p>
    </form>
  );
}
