import { alertWhy } from '../src/cards/alert-why.ts';
import { noteFacts } from '../src/cards/notes.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { notesIn } from '../src/core/note.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { reportOn } from '../src/monitoring/kinds/index.ts';

/** Deployments this long before an alert began may explain it. */
const BEFORE_MS = 7 * 86_400_000;

export const why = defineCommand({
  name: 'why',
  summary: 'Show the evidence of an alert',
  role: 'viewer',
  agents: 'answer',
  words: ['alert'],
  options: { alert: idOption('Alert ID', 'alert') },
  examples: ['/why alert-7k2f9qab'],

  async run(
    { alert: id },
    { alerts, deployments, audit, people }: Needs<'alerts' | 'deployments' | 'audit' | 'people'>,
  ) {
    const alert = await alerts.get(id);
    const history = await deployments.history(alert.model, alert.environment, 20);
    const since = alert.openedAt.getTime() - BEFORE_MS;
    const switches = history.filter((one) => one.since.getTime() >= since);
    const report = reportOn(alert);
    const notes = notesIn(await audit.list({ subject: id, action: 'note.add', limit: 10 }));
    const card = alertWhy(alert, report, switches);
    const nameOf = (person: string) => people.byId(person)?.name ?? person;
    return ephemeral(
      { ...card, facts: [...(card.facts ?? []), ...noteFacts(notes, nameOf)] },
      {
        notes: notes.map((one) => ({ ...one, at: one.at.toISOString() })),
        alert: { ...alert, summary: report.summary },
        table: report.table ?? null,
        causes: alert.causes ?? null,
      },
    );
  },
});
