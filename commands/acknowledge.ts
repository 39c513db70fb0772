import { showAlert } from '../jobs/steps/show-alert.ts';
import { alertSubject } from '../src/cards/alert.ts';
import { defineCommand } from '../src/core/define-command.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
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
    const { status: before, model, environment } = await alerts.get(id);
    const record: AuditDraft = {
      ...{ id: `acknowledge-${event}`, by: by.id, action: 'alert.acknowledge', subject: id },
      ...{ model, environment, via: from.platform },
      ...{ before: { status: before }, after: { status: 'acknowledged' } },
    };
    const alert = await alerts.acknowledge(id, by.id, record);
    await showAlert(id, needs);
    const owner = alert.acknowledgedBy ?? by.id;
    if (owner !== by.id) {
      const name = people.byId(owner)?.name ?? owner;
      return ephemeral(
        { title: `${name} acknowledged ${id} before you.`, tone: 'note' },
        { alert },
      );
    }
    // Whoever has acknowledged it already changes nothing, also the same call again after a crash.
    if (before === 'open') await audit.append(record);
    await replies.tell(alertSubject(alert), 'acknowledged', {
      title: `${by.name} acknowledged the alert.`,
      tone: 'note',
    });
    return ephemeral({ title: `You acknowledged ${id}.`, tone: 'success' }, { alert });
  },
});
