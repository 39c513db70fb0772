import { showAlert } from '../jobs/steps/show-alert.ts';
import { alertSubject } from '../src/cards/alert.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

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
    needs: Needs<'alerts' | 'replies' | 'people' | 'models' | 'audit'>,
    { id: event, by, from },
  ) {
    const { alerts, replies, people, audit } = needs;
    const { status: before } = await alerts.get(id);
    const alert = await alerts.acknowledge(id, by.id);
    await showAlert(id, needs);
    const owner = alert.acknowledgedBy ?? by.id;
    if (owner !== by.id) {
      const name = people.byId(owner)?.name ?? owner;
      return ephemeral(
        { title: `${name} acknowledged ${id} before you.`, tone: 'note' },
        { alert },
      );
    }
    await audit.append({
      id: `acknowledge-${event}`,
      by: by.id,
      action: 'alert.acknowledge',
      subject: id,
      model: alert.model,
      environment: alert.environment,
      via: from.platform,
      before: { status: before },
      after: { status: alert.status },
    });
    await replies.tell(alertSubject(alert), 'acknowledged', {
      title: `${by.name} acknowledged the alert.`,
      tone: 'note',
    });
    return ephemeral({ title: `You acknowledged ${id}.`, tone: 'success' }, { alert });
  },
});
