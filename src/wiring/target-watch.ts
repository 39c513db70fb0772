import { schedule } from 'node-cron';
import { applyTarget } from '../../jobs/declared/index.ts';
import type { Log } from '../core/log.ts';
import { specIn } from '../core/model.ts';
import type { Needs } from '../core/world.ts';

/**
 * Calls for each target after every switch, as soon as the bus tells of it, and every minute: for messages that were
 * lost, for attempts that failed, and to compare it with what it reports.
 */
export function watchTargets(
  { models, environments, jobs, bus }: Needs<'models' | 'environments' | 'jobs' | 'bus'>,
  log: Pick<Log, 'warn'>,
) {
  const all = models.list().flatMap((spec) =>
    environments.list().flatMap((environment) =>
      (specIn(spec, environment).targets ?? []).map(({ name }) => ({
        ...{ model: spec.name, environment, target: name },
      })),
    ),
  );
  if (all.length === 0) return undefined;
  const call = async (some: typeof all) => {
    for (const one of some)
      await jobs
        .enqueue(applyTarget, one)
        .catch((err: unknown) => log.warn({ err, ...one }, 'calling for a target'));
  };
  const unsubscribe = bus.subscribe(
    'deployments',
    (model) => void call(all.filter((one) => one.model === model)),
  );
  const task = schedule('* * * * *', () => call(all), { noOverlap: true });
  return {
    async destroy() {
      unsubscribe();
      await task.destroy();
    },
  };
}
