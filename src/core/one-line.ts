/** The most that a refusal repeats of what was typed, so that it stays one line. */
const LONGEST = 1000;

// Control characters, line and paragraph separators, and characters that change the text direction: with them
// one line could look like several, or read backwards. Unpaired surrogates are not text at all.
const UNREADABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** The text as one line of at most 1,000 characters; invisible characters become spaces. */
export function oneLine(text: string): string {
  const line = text.replace(UNREADABLE, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
