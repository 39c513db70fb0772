import { z } from 'zod';
import { recordDue } from '../jobs/steps/record-due.ts';
import { showAlert } from '../jobs/steps/show-alert.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Duration } from '../src/core/duration.ts';
import { moment } from '../src/core/figures.ts';
import type { Snooze } from '../src/core/ports/alerts.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

const For = z.union(
  [z.enum(['change', 'off']), Duration],
  'expected a length of time such as 1h or 1d, or "change" (until it changes), or "off"',
);

export const snooze = defineCommand({
  name: 'snooze',
  summary: 'Silence an alert for a while, or until it changes',
  role: 'operator',
  words: ['alert', 'for'],
  options: {
    alert: idOption('Alert ID', 'alert'),
    for: option(
      For,
      'Length of time, such as `1h` or `1d`; `change`: until it changes; `off`: ends it',
      {
        placeholder: 'TIME',
      },
    ),
  },
  examples: [
    '/snooze alert-7k2f9qab 1h',
    '/snooze alert-7k2f9qab change',
    '/snooze alert-7k2f9qab off',
  ],

  environment: async ({ alert }, { alerts }: Needs<'alerts'>) =>
    (await alerts.get(alert)).environment,

  async run(
    { alert: id, for: asked },
    needs: Needs<'alerts' | 'replies' | 'people' | 'models' | 'audit' | 'dueEvents' | 'clock'>,
    { id: event, by, from },
  ) {
    const { alerts, audit, clock } = needs;
    const at = clock.now();
    const until = typeof asked === 'number' ? new Date(at.getTime() + asked) : undefined;
    // The same call again, after a crash: what it did is recorded before it is done again.
    await recordDue(needs);
    const { snooze: before, model, environment } = await alerts.get(id);
    const wanted: Snooze | undefined =
      asked === 'off' ? undefined : { by: by.id, at, ...(until && { until }) };
    const record: AuditDraft = {
      ...{ id: `snooze-${event}`, by: by.id, action: 'alert.snooze', subject: id },
      ...{ model, environment, via: from.platform },
      ...{ before: { until: endOf(before) }, after: { until: endOf(wanted) } },
    };
    const alert = wanted
      ? await alerts.snooze(id, wanted, record)
      : await alerts.wake(id, undefined, record);
    await audit.append(record);
    await showAlert(id, needs);
    const title = !alert.snooze
      ? `${id} is no longer snoozed.`
      : `You snoozed ${id} until ${until ? `${moment(until)} UTC` : 'it changes'}.`;
    return ephemeral({ title, tone: 'success' }, { alert });
  },
});

function endOf(snooze: { until?: Date } | undefined): string | null {
  return snooze ? (snooze.until?.toISOString() ?? 'it changes') : null;
}
