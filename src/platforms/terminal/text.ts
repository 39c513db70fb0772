import { visible } from '../../core/one-line.ts';

/** Twice as wide as a letter on common terminals: emoji and East Asian scripts. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const LETTERS = /^[ -~]*$/;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/**
 * Text that cannot control the terminal: characters that would move the cursor, change colours, ring the bell or
 * change the text direction are shown as a symbol or left out. Line breaks stay.
 */
export function plain(text: string): string {
  return visible(text)
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/[^\P{Cc}\n]/gu, symbolOf);
}

function symbolOf(control: string): string {
  const code = control.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** Width of `text` on a terminal, in columns. */
export function cells(text: string): number {
  if (LETTERS.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += cellsOf(character);
  return sum;
}

function cellsOf(character: string): number {
  if (WIDE.test(character)) return 2;
  return NO_WIDTH.test(character) ? 0 : 1;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)));
}

/** Lines of at most `width` columns, broken between words if possible. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(2, width)));
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    if (line !== '' && cells(line) + cells(word.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
    while (cells(line.trimEnd()) > width) {
      const head = cut(line, width);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line.trimEnd()];
}

/** The beginning of `text` that fits into `width` columns. */
export function cut(text: string, width: number): string {
  let end = 0;
  let room = width;
  for (const character of text) {
    room -= cellsOf(character);
    if (room < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** A word, quoted for a shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
