import { alertState, alertSubject } from '../src/cards/alert.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { reportOn } from '../src/monitoring/kinds/index.ts';

export const acknowledge = defineCommand({
  name: 'acknowledge',
  summary: 'Acknowledge an alert',
  role: 'operator',
  words: ['alert'],
  options: { alert: idOption('Alert ID', 'alert') },
  examples: ['/acknowledge alert-7k2f9qab'],

  environment: async ({ alert }, { alerts }: Needs<'alerts'>) =>
    (await alerts.get(alert)).environment,

  async run(
    { alert: id },
    { alerts, replies, audit }: Needs<'alerts' | 'replies' | 'audit'>,
    { id: event, by, from },
  ) {
    const before = await alerts.get(id);
    if (before.status === 'resolved')
      throw new Refused(`${id} is already resolved, so there is nothing to acknowledge.`);
    const alert = await alerts.acknowledge(id, by.id);
    await audit.append({
      id: `acknowledge-${event}`,
      by: by.id,
      action: 'alert.acknowledge',
      subject: id,
      model: alert.model,
      environment: alert.environment,
      via: from.platform,
      before: { status: before.status },
      after: { status: alert.status },
    });
    await replies.show(alertSubject(alert), alertState(alert, reportOn(alert)));
    await replies.tell(alertSubject(alert), event, {
      title: `${by.name} acknowledged the alert.`,
      tone: 'note',
    });
    return ephemeral({ title: `You acknowledged ${id}.`, tone: 'success' }, { alert });
  },
});
