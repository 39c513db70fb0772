import { useState } from 'preact/hooks';
import type { Post } from '../../src/platforms/web/api.ts';
import { isBusy, react, reactKey } from '../state/attempts.ts';
import { nameOf } from '../state/names.ts';
import { myId } from '../state/session.ts';
import { Emoji, emojiName, OFFERED, sameEmoji } from './emoji.tsx';
import { AddReactionIcon } from './icons.tsx';

/** The reactions to a post, and then those that its card suggests. */
export function Reactions({ post }: { post: Post }) {
  const asked = post.card?.reactions ?? [];
  const given = Object.keys(post.reactions).filter(
    (emoji) => (post.reactions[emoji] ?? []).length > 0,
  );
  const others = given.filter((emoji) => !asked.some((one) => one.emoji === emoji));
  if (asked.length + others.length === 0) return null;
  return (
    <ul class="reactions" aria-label="Reactions">
      {asked.map(({ emoji, meaning }) => (
        <Chip key={emoji} post={post} emoji={emoji} meaning={meaning} />
      ))}
      {others.map((emoji) => (
        <Chip key={emoji} post={post} emoji={emoji} meaning="" />
      ))}
    </ul>
  );
}

function Chip({ post, emoji, meaning }: { post: Post; emoji: string; meaning: string }) {
  const people = post.reactions[emoji] ?? [];
  const mine = people.includes(myId.value);
  const who = people.map(nameOf).join(', ');
  const what = meaning === '' ? emojiName(emoji) : `${emojiName(emoji)}: ${meaning}`;
  const title = people.length === 0 ? what : `${what} – ${who}`;
  return (
    <li>
      <button
        type="button"
        class={`chip ${people.length === 0 ? 'ghost' : ''}`}
        data-testid={`reaction-${emoji}`}
        title={title}
        aria-label={title}
        aria-pressed={mine}
        aria-busy={isBusy(reactKey(post.id, emoji))}
        onClick={() => react(post, emoji, !mine)}
      >
        <Emoji emoji={emoji} />
        {meaning !== '' && <span>{meaning}</span>}
        {people.length > 0 && <b class="chip-count">{people.length}</b>}
      </button>
    </li>
  );
}

/** Opens on demand, so that there are few tab stops in the messages. */
export function AddReaction({ post }: { post: Post }) {
  const [open, setOpen] = useState(false);
  return (
    <fieldset
      aria-label="React"
      class="add-reaction"
      data-open={open}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation();
          setOpen(false);
        }
      }}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)))
          setOpen(false);
      }}
    >
      {open &&
        OFFERED.map((offered) => {
          const emoji =
            Object.keys(post.reactions).find((one) => sameEmoji(one, offered)) ?? offered;
          return (
            <button
              key={emoji}
              type="button"
              class="tool"
              data-testid={`pick-${offered}`}
              aria-label={`React with ${emojiName(emoji)}`}
              title={emojiName(emoji)}
              onClick={() => {
                react(post, emoji, !(post.reactions[emoji] ?? []).includes(myId.value));
                setOpen(false);
              }}
            >
              <Emoji emoji={emoji} />
            </button>
          );
        })}
      <button
        type="button"
        class="tool"
        data-testid="add-reaction"
        aria-label="Add a reaction"
        title="Add a reaction"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <AddReactionIcon />
      </button>
    </fieldset>
  );
}
