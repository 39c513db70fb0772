import { clean, escaped, flat, isBlank } from './escape.ts';

/** The room a note about what is missing may take. */
export const NOTE = 48;

/**
 * `text` as `dress` writes it, at most `room` characters: what does not fit is cut, and a note says
 * how much is missing. Cut before it is dressed, so that no escape is torn.
 * @param room at least NOTE and what `dress` adds to nothing
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

/** No line of a list is longer, so that one cannot take the room of all. */
const LONGEST_LINE = 1000;

/**
 * Lines from the first on, as many as there is room for; a note says how many are missing.
 * @param lines each at most as long as it is told, which is never less than NOTE and what it adds
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

/** A label: one line, cut with an ellipsis behind a word where there is one; never empty. */
export function shorten(text: string, room: number, otherwise = '–'): string {
  const line = flat(text);
  if (isBlank(line)) return otherwise;
  if (line.length <= room) return line;
  const kept = line.slice(0, whole(line, room - 1));
  const word = kept.replace(/\s+\S*$/, '');
  return `${word.length > room / 2 ? word : kept.trimEnd()}…`;
}

/** Divides `room` so that who needs little gets it, and the rest is shared alike. */
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

/** Half a web address leads somewhere else. */
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
