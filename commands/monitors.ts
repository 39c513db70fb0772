import { z } from 'zod';
import { checkMonitor } from '../jobs/declared/index.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { BadInput, NotFound } from '../src/core/errors.ts';
import { plural } from '../src/core/figures.ts';
import { type MonitorSpec, specIn } from '../src/core/model.ts';
import { answer, type Reply } from '../src/core/reply.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { anyEnvironmentOption, anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { monitorPictures } from './steps/monitor-charts.ts';
import { type Listed, notesOn, tableOf, windowTable } from './steps/monitor-tables.ts';
import { drawnInTime } from './steps/pictures.ts';

const lastOption = option(
  limitOption.schema.unwrap().optional(),
  'Show the latest N windows with their figures',
  { placeholder: 'N', whole: { min: 1, max: 100 } },
);
const monitorOption = option(z.string().trim().min(1).optional(), 'Only this monitor', {
  placeholder: 'MONITOR',
});
const runOption = option(
  z.boolean('takes no value').default(false),
  'Check now for complete windows',
  { flag: true, verb: true },
);

export const monitors = defineCommand({
  name: 'monitors',
  summary: 'List monitors and their latest findings, or run one now',
  role: 'viewer',
  agents: ({ run }) => (run ? 'propose' : 'answer'),
  words: ['model', 'monitor'],
  options: {
    model: anyModelOption,
    monitor: monitorOption,
    in: anyEnvironmentOption,
    last: lastOption,
    run: runOption,
  },
  examples: [
    ...['/monitors', '/monitors flights --last 8', '/monitors --in staging'],
    '/monitors run flights drift',
  ],

  async run(
    { model, monitor: only, in: where, last: most, run },
    {
      models,
      environments,
      findings,
      jobs,
      clock,
      charts,
    }: Needs<'models' | 'environments' | 'findings' | 'jobs' | 'clock' | 'charts'>,
  ) {
    const specs = model === undefined ? models.list() : [models.get(model)];
    const all = environments.list();
    const shown = where === undefined ? all : [environments.get(where)];
    const every = specs.flatMap((spec) =>
      shown.flatMap((environment) =>
        specIn(spec, environment).monitors.map((monitor) => ({ spec, environment, monitor })),
      ),
    );
    const watched = every.filter(({ monitor }) => only === undefined || monitor.name === only);
    if (only !== undefined && watched.length === 0) throw unknownMonitor(only, every);
    if (run) {
      if (model === undefined)
        throw new BadInput('Name the model whose monitors are to run.', {
          next: 'For example: /monitors run flights',
        });
      return runNow(watched, { jobs, clock });
    }
    const list = await Promise.all(
      watched.map(async ({ spec, environment, monitor }) => {
        const id = `${spec.name}/${monitor.name}`;
        const about = { monitor: id, environment };
        const recent = await findings.recent(about, undefined, most ?? 3);
        return { id, environment, ...monitor, recent };
      }),
    );
    // With one environment, its name adds nothing.
    const place = all.length > 1 ? (environment: string) => [environment] : () => [];
    const [environment, elsewhere] = [...new Set(list.map((one) => one.environment))];
    const drawn =
      most !== undefined && model !== undefined && elsewhere === undefined
        ? await drawnInTime(
            monitorPictures(`${model} in ${environment}`, list.map(watchedOf), charts),
          )
        : {};
    return answer(
      {
        title: plural(list.length, 'monitor') + (most === undefined ? '' : ', window by window'),
        tone: 'note',
        ...notesOn(list),
        ...drawn,
        table: most === undefined ? tableOf(list, place) : windowTable(list, place),
      },
      { monitors: list },
    );
  },
});

const watchedOf = ({ id, environment: _, recent, ...monitor }: Listed) => ({
  ...{ monitor, findings: recent },
});

interface Watched {
  spec: { name: string };
  environment: string;
  monitor: MonitorSpec;
}

async function runNow(
  watched: readonly Watched[],
  { jobs, clock }: Needs<'jobs' | 'clock'>,
): Promise<Reply> {
  const tick = `run ${clock.now().toISOString()}`;
  for (const { spec, environment, monitor } of watched)
    await jobs.enqueue(checkMonitor, {
      ...{ model: spec.name, environment, monitor: monitor.name },
      tick,
    });
  const names = watched.map(({ spec, environment, monitor }) => ({
    ...{ monitor: `${spec.name}/${monitor.name}`, environment },
  }));
  const model = watched[0]?.spec.name ?? '';
  return answer(
    {
      title: `Running ${plural(watched.length, 'monitor')} of ${model}`,
      tone: 'note',
      text: `${names.map(({ monitor }) => monitor).join(', ')}: complete windows that were not evaluated yet are evaluated now. An alert is raised if one is due.`,
      actions: [{ label: 'Show findings', command: 'monitors', argument: model }],
    },
    { running: names },
  );
}

function unknownMonitor(name: string, every: readonly Watched[]): NotFound {
  const names = [...new Set(every.map(({ monitor }) => monitor.name))];
  return new NotFound(`There is no monitor "${name}".${didYouMean(name, names)}`, {
    next: names.length > 0 ? `Monitors: ${names.join(', ')}.` : 'No monitor is configured.',
  });
}
