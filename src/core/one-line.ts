/** The most that a refusal repeats of what was typed, so that it stays one line. */
const LONGEST = 1000;

// Invisible characters: they hide text, or change the direction of the text around them. The two joiners are part
// of emoji and of several scripts, and variation selectors of emoji.
const INVISIBLE =
  /(?!\u200c|\u200d|[\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;
// Control characters, and line and paragraph separators: with them one line could look like several. Unpaired
// surrogates are not text at all.
const UNREADABLE = /[\p{Cc}\p{Cs}\u2028\u2029]+/gu;

/** The text without invisible characters, in particular without those that change the direction of text. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** The text as one line of at most 1,000 characters: visible characters, and spaces for control characters. */
export function oneLine(text: string): string {
  const line = visible(text).replace(UNREADABLE, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
