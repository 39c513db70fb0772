import { queueCard } from '../src/cards/queue.ts';
import { runData } from '../src/cards/run.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { PROCESS } from '../src/core/engine.ts';
import type { Models } from '../src/core/model.ts';
import type { Run } from '../src/core/ports/runs.ts';
import { answer } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const queue = defineCommand({
  name: 'queue',
  summary: 'Show which trainings run where, and which wait',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: {
    model: anyModelOption,
    limit: { ...limitOption, schema: limitOption.schema.unwrap().default(50) },
  },
  examples: ['/queue', '/queue flights'],

  async run(
    { model, limit },
    { models, runs, backlog, clock }: Needs<'models' | 'runs' | 'backlog' | 'clock'>,
  ) {
    const only = model === undefined ? {} : { model: models.get(model).name };
    const [running, queued, order] = await Promise.all([
      runs.list({ ...only, status: 'running', limit }),
      runs.list({ ...only, status: 'queued', limit }),
      backlog.trainings(),
    ]);
    const place = ({ id }: Run): number | undefined => {
      const at = order.indexOf(id);
      return at === -1 ? undefined : at;
    };
    const all = [
      ...running,
      ...queued.toSorted((a, b) => (place(a) ?? Infinity) - (place(b) ?? Infinity)),
    ];
    const trainings = all
      .filter(({ kind }) => kind === 'train')
      .slice(0, limit)
      .map((run) => ({
        run,
        engine: engineOf(run, models),
        ...(run.status === 'queued' && { ahead: place(run) }),
      }));
    return answer(queueCard(trainings, clock.now()), {
      queue: trainings.map(({ run, engine, ahead }) => ({
        ...{ engine, ahead },
        run: runData(run),
      })),
    });
  },
});

/** A model may have been removed since. */
function engineOf({ execution, engine, model }: Run, models: Models): string {
  const spec = models.list().find(({ name }) => name === model);
  return execution?.engine ?? engine ?? spec?.training.on ?? PROCESS;
}
