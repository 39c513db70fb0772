import { type Card, typedAs } from '../../../core/card.ts';
import { planAsText } from '../../../core/card-texts.ts';
import { progressWords } from './below.ts';
import { escaped } from './escape.ts';
import { titleOf } from './heading.ts';
import { LIMITS } from './limits.ts';
import { cut, isBlank, oneLine, plain, weight } from './text.ts';

/** Escaping may add half as much again. */
const LONGEST = Math.floor(LIMITS.fallback * 0.6);

/**
 * The card as text, for notifications and screen readers.
 * https://docs.slack.dev/reference/methods/chat.postMessage#text-blocks-attachments
 */
export function fallbackOf(card: Card): string {
  let text = '';
  for (const line of linesOf(planAsText(card))) {
    if (isBlank(line)) continue;
    text += text === '' ? line : `\n${line}`;
    // A card may contain far more than is shown here.
    if (weight(text) > LONGEST) break;
  }
  return escaped(cut(text, LONGEST, () => '… (more in the message itself)'));
}

function* linesOf(card: Card): Iterable<string> {
  yield titleOf(card);
  if (card.progress) yield progressWords(card.progress);
  if (card.text) yield plain(card.text).trim();
  for (const { label, value } of card.facts ?? [])
    yield `${oneLine(label)}: ${plain(value).trim()}`;
  if (card.table) yield* tableLines(card.table);
  for (const { alt } of card.pictures ?? []) yield `Picture: ${oneLine(alt)}`;
  for (const action of card.actions ?? [])
    yield `${oneLine(action.label)}: ${oneLine(typedAs(action))}`;
  if (card.footer) yield plain(card.footer);
}

function* tableLines({ columns, rows }: NonNullable<Card['table']>): Iterable<string> {
  const labels = columns.map(oneLine);
  for (const row of rows)
    yield row
      .map(oneLine)
      .flatMap((cell, column) => {
        const label = labels[column] ?? '';
        if (isBlank(cell)) return [];
        return [isBlank(label) || column === 0 ? cell : `${label} ${cell}`];
      })
      .join('; ');
}
