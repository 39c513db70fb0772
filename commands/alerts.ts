import { z } from 'zod';
import { alertStatus } from '../src/cards/alert.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { moment, plural } from '../src/core/figures.ts';
import { answer, note } from '../src/core/reply.ts';
import { anyEnvironmentOption, anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { reportOn } from '../src/monitoring/kinds/index.ts';

export const alerts = defineCommand({
  name: 'alerts',
  summary: 'List open alerts',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: {
    model: anyModelOption,
    in: anyEnvironmentOption,
    all: option(z.boolean('takes no value').default(false), 'Include resolved alerts', {
      flag: true,
    }),
    limit: limitOption,
  },
  examples: ['/alerts', '/alerts flights --all', '/alerts --in staging'],

  async run(
    { model, in: where, all, limit },
    {
      models,
      environments,
      people,
      alerts: store,
    }: Needs<'models' | 'environments' | 'people' | 'alerts'>,
  ) {
    const name = model === undefined ? undefined : models.get(model).name;
    const environment = where === undefined ? undefined : environments.get(where);
    const found = await store.list({
      ...(name && { model: name }),
      ...(environment !== undefined && { environment }),
      ...{ includeResolved: all, limit },
    });
    const list = found.map((alert) => ({ ...alert, summary: reportOn(alert).summary }));
    if (list.length === 0)
      return note(all ? 'No alerts yet.' : 'No open alerts.', 'success', { alerts: [] });
    const several = environments.list().length > 1;
    const rows = list.map((alert) => [
      alert.id,
      `${alert.model} v${alert.version}${several ? ` in ${alert.environment}` : ''}`,
      alert.summary,
      alert.status === 'open' && !alert.snooze
        ? 'open'
        : alertStatus(alert, (person) => people.byId(person)?.name ?? person),
      moment(alert.openedAt),
    ]);
    return answer(
      {
        title: plural(list.length, 'alert'),
        tone: list.some((alert) => alert.status === 'open') ? 'warning' : 'note',
        table: { columns: ['Alert', 'Model', 'Summary', 'Status', 'Opened (UTC)'], rows },
      },
      { alerts: list },
    );
  },
});
