import { distance } from 'fastest-levenshtein';

/** The name that was most likely meant, if one is similar enough. */
function nearest(word: string, names: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const ranked = names
    .map((name) => ({ name, away: distance(wanted, name.toLowerCase()) }))
    .filter(
      ({ name, away }) =>
        away <= Math.max(1, Math.ceil(name.length / 3)) ||
        (wanted.length > 1 && name.startsWith(wanted)),
    )
    .sort((a, b) => a.away - b.away);
  return ranked[0]?.name;
}

/** ` Did you mean "--params"?`, or an empty string. */
export function didYouMean(word: string, names: readonly string[], prefix = ''): string {
  const name = nearest(word, names);
  return name === undefined ? '' : ` Did you mean "${prefix}${name}"?`;
}
