import { clean, escaped, flat, isBlank } from './escape.ts';

/** Maximum length of a note about missing text. */
export const NOTE = 48;

/**
 * `text` formatted by `dress`, at most `room` characters: what does not fit is cut, and a note says how much is
 * missing. It is cut before it is formatted, so that no escape is split.
 * @param room at least NOTE and the length of `dress('')`
 */
export function within(
  text: string,
  room: number,
  dress: (text: string) => string = escaped,
): string {
  const source = clean(text);
  const whole = dress(source);
  if (whole.length <= room) return whole;
  const upTo = (end: number) => {
    const kept = source.slice(0, boundary(source, end));
    const missing = (source.length - kept.length).toLocaleString('en-US');
    return `${dress(kept.trimEnd())} … (${missing} more characters)`;
  };
  let [fits, tooMuch] = [0, Math.min(source.length, room) + 1];
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (upTo(middle).length <= room) fits = middle;
    else tooMuch = middle;
  }
  return upTo(fits);
}

/** Maximum length of a line in a list, so that one line cannot take all the room. */
const LONGEST_LINE = 1000;

/**
 * As many lines as fit, from the first; a note says how many are missing.
 * @param lines each at most as long as its argument, which is at least NOTE plus its own formatting
 */
export function fitLines(
  lines: readonly ((longest: number) => string)[],
  room: number,
  [one, many]: [string, string],
): string {
  const all = lines.map((line) => line(LONGEST_LINE)).join('\n');
  if (all.length <= room) return all;
  const kept: string[] = [];
  let left = room - NOTE;
  for (const line of lines) {
    const text = line(Math.min(LONGEST_LINE, room - NOTE - 1));
    left -= text.length + 1;
    if (left < 0) break;
    kept.push(text);
  }
  const missing = lines.length - kept.length;
  if (missing === 0) return kept.join('\n');
  return [...kept, `-# … and ${missing} more ${missing === 1 ? one : many}`].join('\n');
}

/** A label: one line, cut with an ellipsis after a word if possible; never empty. */
export function shorten(text: string, room: number, otherwise = '–'): string {
  const line = flat(text);
  if (isBlank(line)) return otherwise;
  if (line.length <= room) return line;
  const kept = line.slice(0, whole(line, room - 1));
  const word = kept.replace(/\s+\S*$/, '');
  return `${word.length > room / 2 ? word : kept.trimEnd()}…`;
}

/** Divides `room`: small needs are met in full, and the rest is shared equally. */
export function fairShares(room: number, needs: readonly number[]): number[] {
  const shares = needs.map(() => 0);
  const byNeed = [...needs.entries()].sort(([, a], [, b]) => a - b);
  let left = room;
  for (const [position, [index, need]] of byNeed.entries()) {
    const share = Math.min(need, Math.floor(left / (byNeed.length - position)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

/** A web address must not be cut: it would lead somewhere else. */
function boundary(text: string, end: number): number {
  const before = text.slice(0, end);
  const word = before.slice(Math.max(before.lastIndexOf(' '), before.lastIndexOf('\n')) + 1);
  const torn = word.includes('://') && /\S/.test(text.charAt(end));
  return torn ? end - word.length : whole(text, end);
}

function whole(text: string, end: number): number {
  const before = text.charCodeAt(end - 1);
  return before >= 0xd800 && before <= 0xdbff ? end - 1 : end;
}
