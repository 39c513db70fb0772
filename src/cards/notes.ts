import type { Fact } from '../core/card.ts';
import { moment } from '../core/figures.ts';
import type { Note } from '../core/note.ts';

/** Notes as facts of a card; `nameOf`: what a person is called. */
export const noteFacts = (
  notes: readonly Note[],
  nameOf: (person: string) => string = (person) => person,
): Fact[] =>
  notes.map(({ about, by, text, at }) => ({
    label: `Note on ${about.replace('@', ' v')}`,
    value: `${text} (${nameOf(by)}, ${moment(at)} UTC)`,
  }));
