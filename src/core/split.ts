import { BadInput } from './errors.ts';

/**
 * Splits typed text into words. Quotes of either kind keep words together, also curly ones, because phones
 * insert them; a backslash escapes the next character.
 */
export function split(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const character = straight(text[i] ?? '');
    if (character === '\\' && i + 1 < text.length) {
      i += 1;
      word = (word ?? '') + text[i];
    } else if (quote) {
      if (character === quote) quote = undefined;
      else word = (word ?? '') + text[i];
    } else if (character === '"' || (character === "'" && word === undefined)) {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + text[i];
    }
  }
  if (quote) throw new BadInput(`A quote (${quote}) is not closed.`);
  if (word !== undefined) words.push(word);
  return words;
}

function straight(character: string): string {
  if ('“”„'.includes(character)) return '"';
  if ('‘’'.includes(character)) return "'";
  return character;
}
