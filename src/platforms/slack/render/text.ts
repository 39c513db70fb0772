import { visible } from '../../../core/one-line.ts';

/** Twice as wide as a letter in a monospaced line: emoji and East Asian scripts. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const LETTERS = /^[ -~]*$/;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WORD_JOINER = '\u2060';

/**
 * Text without side effects: control characters and unpaired surrogates become symbols, and characters that change the
 * text direction are removed. Line breaks stay.
 */
export function readable(text: string): string {
  return visible(text)
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[^\P{Cc}\n]/gu, symbolOf);
}

function symbolOf(control: string): string {
  const code = control.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/**
 * For `plain_text` and rich text, which do not parse markup. Text that looks like a mention or an entity is broken by
 * a word joiner anyway, because unknown clients and bridges read it too.
 */
export function plain(text: string): string {
  return readable(text)
    .replace(/<(?=[!@#])/g, `<${WORD_JOINER}`)
    .replace(/&(?=(?:amp|lt|gt);)/g, `&${WORD_JOINER}`);
}

export function oneLine(text: string): string {
  return plain(text).replaceAll('\n', ' ');
}

/** Whether nothing in it is visible. Slack refuses empty texts. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cf}]*$/u.test(text);
}

const ENTITY_WEIGHTS: Record<string, number> = { '&': 5, '<': 4, '>': 4 };

/** Length as Slack may count it: `&`, `<` and `>` as `&amp;`, `&lt;` and `&gt;`. */
export function weight(text: string): number {
  if (!/[&<>]/.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += ENTITY_WEIGHTS[character] ?? character.length;
  return sum;
}

/** The beginning of `text` with a weight of at most `limit`; does not end within a character. */
export function head(text: string, limit: number): string {
  let end = 0;
  let room = limit;
  for (const character of text) {
    room -= ENTITY_WEIGHTS[character] ?? character.length;
    if (room < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** `text` if it fits into `limit`; otherwise its beginning, and `note` about the missing characters. */
export function cut(
  text: string,
  limit: number,
  note: (missing: number) => string = () => '…',
): string {
  if (weight(text) <= limit) return text;
  const longest = note(text.length);
  const kept = head(text, Math.max(0, limit - weight(longest)));
  return kept + note([...text.slice(kept.length)].length);
}

export function moreCharacters(missing: number): string {
  return `… (${count(missing, 'more character')})`;
}

export function count(n: number, thing: string): string {
  return `${n.toLocaleString('en-US')} ${thing}${n === 1 ? '' : 's'}`;
}

/** Width of `text` in a monospaced line, in columns. */
export function cells(text: string): number {
  if (LETTERS.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += WIDE.test(character) ? 2 : NO_WIDTH.test(character) ? 0 : 1;
  return sum;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)));
}
