/** As much of what somebody typed as a refusal repeats: it must still be one line to read. */
const LONGEST = 1000;

// Control characters, line and paragraph separators, and what turns the direction of text around:
// with them one line could look like several, or read backwards. Halves of a character are no text at all.
const UNREADABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** The text as one line of at most 1,000 characters; what no reader can see becomes a space. */
export function oneLine(text: string): string {
  const line = text.replace(UNREADABLE, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
