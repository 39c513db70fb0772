import { z } from 'zod';
import type { Table } from '../src/core/card.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { figure, moment, plural, span } from '../src/core/figures.ts';
import { type MonitorSpec, specIn } from '../src/core/model.ts';
import type { Finding } from '../src/core/ports/alerts.ts';
import { answer } from '../src/core/reply.ts';
import { anyEnvironmentOption, anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { kindOf } from '../src/monitoring/kinds/index.ts';

const lastOption = option(
  limitOption.schema.unwrap().optional(),
  'Show the latest N windows with their figures',
  { placeholder: 'N', whole: { min: 1, max: 100 } },
);

export const monitors = defineCommand({
  name: 'monitors',
  summary: 'List monitors and their latest findings',
  role: 'viewer',
  words: ['model'],
  options: { model: anyModelOption, in: anyEnvironmentOption, last: lastOption },
  examples: ['/monitors', '/monitors flights --last 8', '/monitors --in staging'],

  async run(
    { model, in: where, last: most },
    { models, environments, findings }: Needs<'models' | 'environments' | 'findings'>,
  ) {
    const specs = model === undefined ? models.list() : [models.get(model)];
    const all = environments.list();
    const shown = where === undefined ? all : [environments.get(where)];
    const watched = specs.flatMap((spec) =>
      shown.flatMap((environment) =>
        specIn(spec, environment).monitors.map((monitor) => ({ spec, environment, monitor })),
      ),
    );
    const list = await Promise.all(
      watched.map(async ({ spec, environment, monitor }) => {
        const id = `${spec.name}/${monitor.name}`;
        const about = { monitor: id, environment };
        const recent = await findings.recent(about, undefined, most ?? 3);
        return { id, environment, ...monitor, recent };
      }),
    );
    // With one environment, its name adds nothing.
    const cell = (environment: string) => (all.length > 1 ? [environment] : []);
    const cellTitle = all.length > 1 ? ['Environment'] : [];
    const title = plural(list.length, 'monitor');
    if (most !== undefined)
      return answer(
        {
          title: `${title}, window by window`,
          tone: 'note',
          table: windowTable(list, cell, cellTitle),
        },
        { monitors: list },
      );
    const rows = list.map(({ id, environment, windowHours, schedule, recent: [last] }) => [
      id,
      ...cell(environment),
      windowHours % 24 === 0 ? plural(windowHours / 24, 'day') : plural(windowHours, 'hour'),
      schedule,
      last
        ? `${last.status}${last.signals.length > 0 ? `: ${last.signals.join(', ')}` : ''}`
        : 'no complete window yet',
      last ? span(last.window) : '–',
      last ? moment(last.at) : '–',
    ]);
    return answer(
      {
        title,
        tone: 'note',
        table: {
          columns: [
            ...['Monitor', ...cellTitle, 'Window'],
            ...['Looks at', 'Last finding', 'Of', 'Found (UTC)'],
          ],
          rows,
        },
      },
      { monitors: list },
    );
  },
});

function windowTable(
  list: readonly (MonitorSpec & { id: string; environment: string; recent: readonly Finding[] })[],
  cell: (environment: string) => string[],
  cellTitle: string[],
): Table {
  const rows = list.flatMap(({ id, environment, recent, ...monitor }) =>
    recent.map(({ window, version, status, signals, detail }) => {
      const { data } = Detail.safeParse(detail);
      return [
        id,
        ...cell(environment),
        span(window),
        `v${version}`,
        signals.length > 0 ? `${status}: ${signals.join(', ')}` : status,
        data ? figure(data.rows) : '–',
        kindOf(monitor.kind).gist(detail, monitor) ?? '–',
      ];
    }),
  );
  const columns = [
    'Monitor',
    ...cellTitle,
    'Window',
    'Version',
    'Finding',
    'Rows',
    'Largest change',
  ];
  return { columns, rows };
}

/** A measured window of any kind includes its number of rows. */
const Detail = z.object({ rows: z.number() });
