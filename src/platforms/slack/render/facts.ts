import type { types } from '@slack/bolt';
import type { Fact } from '../../../core/card.ts';
import { plainText } from './blocks.ts';
import { exactly } from './escape.ts';
import { LIMITS } from './limits.ts';
import type { Chunk } from './room.ts';
import { cut, isBlank, moreCharacters, oneLine, readable, weight } from './text.ts';

const LABEL = 100;
const VALUE = 1500;
/** Slack hides long sections behind "Show more", and a full card has little room. */
const SECTION = 2000;

/** Facts as fields, two to a row, at most ten to a section. */
export function factChunks(facts: readonly Fact[]): Chunk[] {
  const groups: types.TextObject[][] = [];
  let sum = 0;
  for (const field of facts.map(fieldOf)) {
    const last = groups.at(-1);
    sum += weight(field.text);
    if (last && last.length < LIMITS.section.fields && sum <= SECTION) last.push(field);
    else {
      groups.push([field]);
      sum = weight(field.text);
    }
  }
  return groups.map((fields) => ({ block: { type: 'section', fields }, things: fields.length }));
}

/** A bold label needs markup; a value that markup would change is shown as plain text, for copying. */
function fieldOf(fact: Fact): types.TextObject {
  const label = cut(oneLine(fact.label).trim(), LABEL);
  const value = cut(readable(fact.value).trim(), VALUE, moreCharacters);
  const exact = { label: exactly(label), value: exactly(value) };
  if (exact.label !== undefined && exact.value !== undefined && !isBlank(label) && !isBlank(value))
    return { type: 'mrkdwn', text: `*${exact.label}*\n${exact.value}`, verbatim: true };
  const both = [label, isBlank(value) ? '–' : value].filter((part) => !isBlank(part));
  return plainText(both.join('\n'), LIMITS.section.field);
}
