import { z } from 'zod';
import type { Table } from '../src/core/card.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { figure, moment, plural, span } from '../src/core/figures.ts';
import type { MonitorSpec } from '../src/core/model.ts';
import type { Finding } from '../src/core/ports/alerts.ts';
import { answer } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { kindOf } from '../src/monitoring/kinds/index.ts';

const lastOption = option(
  limitOption.schema.unwrap().optional(),
  'So many of the newest windows, with their figures',
  { placeholder: 'N', whole: { min: 1, max: 100 } },
);

export const monitors = defineCommand({
  name: 'monitors',
  summary: 'What is watched, how often, and what was found last',
  role: 'viewer',
  words: ['model'],
  options: { model: anyModelOption, last: lastOption },
  examples: ['/monitors', '/monitors flights --last 8'],

  async run({ model, last: most }, { models, findings }: Needs<'models' | 'findings'>) {
    const specs = model === undefined ? models.list() : [models.get(model)];
    const watched = specs.flatMap((spec) => spec.monitors.map((monitor) => ({ spec, monitor })));
    const list = await Promise.all(
      watched.map(async ({ spec, monitor }) => {
        const id = `${spec.name}/${monitor.name}`;
        return { id, ...monitor, recent: await findings.recent(id, undefined, most ?? 3) };
      }),
    );
    const title = plural(list.length, 'monitor');
    if (most !== undefined)
      return answer(
        { title: `${title}, window by window`, tone: 'note', table: windowTable(list) },
        { monitors: list },
      );
    const rows = list.map(({ id, windowHours, schedule, recent: [last] }) => [
      id,
      windowHours % 24 === 0 ? plural(windowHours / 24, 'day') : plural(windowHours, 'hour'),
      schedule,
      last
        ? `${last.status}${last.signals.length > 0 ? `: ${last.signals.join(', ')}` : ''}`
        : 'no window is complete yet',
      last ? span(last.window) : '–',
      last ? moment(last.at) : '–',
    ]);
    return answer(
      {
        title,
        tone: 'note',
        table: {
          columns: ['Monitor', 'Window', 'Looks at', 'Last finding', 'Of', 'Found (UTC)'],
          rows,
        },
      },
      { monitors: list },
    );
  },
});

function windowTable(
  list: readonly (MonitorSpec & { id: string; recent: readonly Finding[] })[],
): Table {
  const rows = list.flatMap(({ id, recent, ...monitor }) =>
    recent.map(({ window, version, status, signals, detail }) => {
      const { data } = Detail.safeParse(detail);
      return [
        id,
        span(window),
        `v${version}`,
        signals.length > 0 ? `${status}: ${signals.join(', ')}` : status,
        data ? figure(data.rows) : '–',
        kindOf(monitor.kind).gist(detail, monitor) ?? '–',
      ];
    }),
  );
  return { columns: ['Monitor', 'Window', 'Version', 'Finding', 'Rows', 'Largest change'], rows };
}

/** Whatever its kind, a measured window says how many rows it has. */
const Detail = z.object({ rows: z.number() });
