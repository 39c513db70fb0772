import type { JSX } from 'preact';

/**
 * The emoji for approvals and quick answers, as SVG: the same in every browser, and available without an emoji font.
 * Others use the fonts.
 */
const DRAWN: Record<string, { character: string; name: string; picture: JSX.Element }> = {
  white_check_mark: {
    character: '✅',
    name: 'check mark',
    picture: (
      <>
        <rect x="1" y="1" width="18" height="18" rx="4.5" fill="#1f9d57" />
        <path d="m5.5 10.4 3.2 3.2 6-7" stroke="#fff" stroke-width="2.4" />
      </>
    ),
  },
  x: {
    character: '❌',
    name: 'cross',
    picture: <path d="m4 4 12 12M16 4 4 16" stroke="#dc3b32" stroke-width="3.6" />,
  },
  '+1': {
    character: '👍',
    name: 'thumbs up',
    picture: (
      <>
        <path
          d="M6.5 9.2 9.8 2c1.5 0 2.6 1.2 2.4 2.7L11.7 8h4.4c1.2 0 2.1 1.1 1.8 2.3l-1.4 6.2c-.2 1-1 1.6-2 1.6h-8z"
          fill="#ffc83d"
          stroke="#b97a12"
          stroke-width=".8"
        />
        <rect x="2" y="9" width="4.5" height="9.2" rx="1.5" fill="#e59a1c" />
      </>
    ),
  },
  eyes: {
    character: '👀',
    name: 'eyes',
    picture: (
      <>
        <ellipse cx="5.6" cy="10" rx="4.2" ry="6.5" fill="#fff" stroke="#59636e" />
        <ellipse cx="14.4" cy="10" rx="4.2" ry="6.5" fill="#fff" stroke="#59636e" />
        <circle cx="4.4" cy="11" r="2" fill="#1b2430" />
        <circle cx="13.2" cy="11" r="2" fill="#1b2430" />
      </>
    ),
  },
  tada: {
    character: '🎉',
    name: 'party popper',
    picture: (
      <>
        <path
          d="m2 18 4-11c1.5 3.5 3.5 5.5 7 7z"
          fill="#f4b63f"
          stroke="#b97a12"
          stroke-width=".8"
        />
        <path
          d="M9.5 7C9 4.5 10 3 11.5 1.5M13 10c2.2.2 4-.4 5.5-2"
          stroke="#2f8fd8"
          stroke-width="1.6"
        />
        <path d="M12 7.5 16 3" stroke="#d84c8f" stroke-width="1.6" />
        <path d="M6 2.5v.1M17.5 12.5v.1M14 5.8h.1" stroke="#3fae6a" stroke-width="2.4" />
      </>
    ),
  },
  heart: {
    character: '❤️',
    name: 'heart',
    picture: (
      <path
        d="M10 17.5C4.5 13.5 2 10.7 2 7.6 2 5 4 3.2 6.3 3.2c1.5 0 2.9.8 3.7 2.1.8-1.3 2.2-2.1 3.7-2.1C16 3.2 18 5 18 7.6c0 3.1-2.5 5.9-8 9.9z"
        fill="#e0393e"
      />
    ),
  },
  rocket: {
    character: '🚀',
    name: 'rocket',
    picture: (
      <>
        <path d="m6 11-3.5 1L5.5 7.5H9zM9 14l-1 3.5 4.5-3V11z" fill="#dc3b32" />
        <path
          d="M18 2c-5.5 0-9.5 3-12 9l3 3c6-2.5 9-6.5 9-12z"
          fill="#dfe5ec"
          stroke="#59636e"
          stroke-width=".8"
        />
        <circle cx="12.6" cy="7.4" r="1.8" fill="#2f8fd8" />
        <path d="M5.5 13.5 2.5 17.5" stroke="#f4b63f" stroke-width="2" />
      </>
    ),
  },
};

/** The emoji in the picker. */
export const OFFERED = ['+1', 'eyes', 'tada', 'heart', 'rocket'] as const;

/** `emoji` is a name such as `white_check_mark`, or the character itself. Hidden from screen readers. */
export function Emoji({ emoji }: { emoji: string }) {
  const drawn = find(emoji);
  if (drawn === undefined) return <span class="emoji-text">{plain(emoji)}</span>;
  return (
    <svg
      class="emoji"
      viewBox="0 0 20 20"
      width="17"
      height="17"
      fill="none"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {drawn.picture}
    </svg>
  );
}

/** Its name in words, for labels. */
export function emojiName(emoji: string): string {
  return find(emoji)?.name ?? emoji.replaceAll('_', ' ');
}

/** Whether both are the same emoji, by name or by character. */
export function sameEmoji(one: string, other: string): boolean {
  return one === other || (find(one) !== undefined && find(one) === find(other));
}

function find(emoji: string) {
  if (Object.hasOwn(DRAWN, emoji)) return DRAWN[emoji];
  return Object.values(DRAWN).find(({ character }) => character === emoji);
}

function plain(emoji: string): string {
  return /^[\w+-]+$/.test(emoji) ? `:${emoji}:` : emoji;
}
