import { historyCard, periodData } from '../src/cards/history.ts';
import { noteFacts } from '../src/cards/notes.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { notesIn } from '../src/core/note.ts';
import { answer, note } from '../src/core/reply.ts';
import { limitOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { type PastParts, pastOf, withEvidence } from './steps/past.ts';

export const history = defineCommand({
  name: 'history',
  summary: 'Show what was live when, by whom and on what evidence',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: { model: modelOption, limit: limitOption },
  examples: ['/history flights', '/history flights --limit 50'],

  async run({ model, limit }, needs: PastParts & Needs<'models' | 'audit' | 'people'>) {
    const { name } = needs.models.get(model);
    const past = await pastOf(name, needs, limit);
    const newest = past
      .flatMap(({ periods }) => periods)
      .toSorted((a, b) => b.from.getTime() - a.from.getTime())
      .slice(0, limit);
    if (newest.length === 0)
      return note(`No version of ${name} has been live yet.`, 'note', { history: [] });
    const notes = notesIn(await needs.audit.list({ model: name, action: 'note.add', limit }));
    const rows = await Promise.all(newest.map((period) => withEvidence(period, needs)));
    const nameOf = (person: string) => needs.people.byId(person)?.name ?? person;
    return answer(historyCard(name, rows, noteFacts(notes, nameOf)), {
      ...{ model: name, history: rows.map(periodData) },
      notes: notes.map((one) => ({ ...one, at: one.at.toISOString() })),
    });
  },
});
