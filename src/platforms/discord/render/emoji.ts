/** The names that cards and configurations use; Discord knows standard emoji by their characters only. */
const CHARACTERS: Readonly<Record<string, string>> = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  '+1': '👍',
  thumbsup: '👍',
  '-1': '👎',
  thumbsdown: '👎',
  no_entry: '⛔',
  no_entry_sign: '🚫',
  eyes: '👀',
  tada: '🎉',
  rocket: '🚀',
  warning: '⚠️',
};

/** The characters to react with, or `:name:` if it is not a known standard emoji. */
export function emojiOf(name: string): string {
  const plain = name.replace(/^:|:$/g, '');
  const known = Object.hasOwn(CHARACTERS, plain) ? CHARACTERS[plain] : undefined;
  return known ?? (/^[\w+-]+$/.test(plain) ? `:${plain}:` : name);
}
