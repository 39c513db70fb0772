import type { Card } from '../../core/card.ts';
import { planAsText, visibleCard } from '../../core/card-texts.ts';

/** Enough for a table of a hundred rows; a model reads every character. */
const LONGEST = 20_000;

/** A card as plain text. Buttons and reactions are left out: only people can use them. */
export function textOf(card: Card): string {
  const {
    title,
    text,
    facts = [],
    table,
    pictures = [],
    progress,
    footer,
  } = planAsText(visibleCard(card));
  const lines = [
    title,
    ...(text === undefined ? [] : [text]),
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...(progress ? [`${progress.words} (${Math.round(progress.share * 100)}%)`] : []),
    ...(table ? [table.columns, ...table.rows].map((row) => row.join(' | ')) : []),
    ...pictures.map(({ alt }) => `Picture: ${alt}`),
    ...(footer === undefined ? [] : [footer]),
  ];
  const whole = lines.join('\n');
  return whole.length <= LONGEST
    ? whole
    : `${whole.slice(0, LONGEST)}\n… (cut after ${LONGEST.toLocaleString('en-US')} characters)`;
}
