import { z } from 'zod';
import { showAlert } from '../jobs/steps/show-alert.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Duration } from '../src/core/duration.ts';
import { moment } from '../src/core/figures.ts';
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
    needs: Needs<'alerts' | 'replies' | 'people' | 'models' | 'audit' | 'clock'>,
    { id: event, by, from },
  ) {
    const { alerts, audit, clock } = needs;
    const at = clock.now();
    const until = typeof asked === 'number' ? new Date(at.getTime() + asked) : undefined;
    const before = (await alerts.get(id)).snooze;
    const alert =
      asked === 'off'
        ? await alerts.wake(id, undefined)
        : await alerts.snooze(id, { by: by.id, at, ...(until && { until }) });
    await audit.append({
      id: `snooze-${event}`,
      by: by.id,
      action: 'alert.snooze',
      subject: id,
      model: alert.model,
      environment: alert.environment,
      via: from.platform,
      before: { until: endOf(before) },
      after: { until: endOf(alert.snooze) },
    });
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
