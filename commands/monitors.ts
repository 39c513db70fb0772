import { moment, plural, span } from '../src/cards/words.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { answer } from '../src/core/reply.ts';
import { anyModelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const monitors = defineCommand({
  name: 'monitors',
  summary: 'What is watched, how often, and what was found last',
  role: 'viewer',
  words: ['model'],
  options: { model: anyModelOption },
  examples: ['/monitors', '/monitors flights'],

  async run({ model }, { models, findings }: Needs<'models' | 'findings'>) {
    const specs = model === undefined ? models.list() : [models.get(model)];
    const watched = specs.flatMap((spec) => spec.monitors.map((monitor) => ({ spec, monitor })));
    const list = await Promise.all(
      watched.map(async ({ spec, monitor }) => {
        const id = `${spec.name}/${monitor.name}`;
        return { id, ...monitor, recent: await findings.recent(id, undefined, 3) };
      }),
    );
    const rows = list.map(({ id, windowHours, schedule, recent: [last] }) => [
      id,
      windowHours % 24 === 0 ? plural(windowHours / 24, 'day') : plural(windowHours, 'hour'),
      schedule,
      last
        ? `${last.status}${last.drifted.length > 0 ? `: ${last.drifted.join(', ')}` : ''}`
        : 'no window is complete yet',
      last ? span(last.window) : '–',
      last ? moment(last.at) : '–',
    ]);
    return answer(
      {
        title: plural(list.length, 'monitor'),
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
