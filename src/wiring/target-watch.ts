import { schedule } from 'node-cron';
import { applyTarget } from '../../jobs/declared/index.ts';
import { specIn } from '../core/model.ts';
import type { World } from '../core/world.ts';
import type { Container } from './container.ts';

/**
 * Calls for each target after every switch, as soon as the bus tells of it, and every minute: for messages that were
 * lost, for attempts that failed, and to compare it with what it reports.
 */
export function watchTargets({ workspace, queue, log }: Container, { jobs }: World) {
  const all = workspace.models.list().flatMap((spec) =>
    workspace.environments.list().flatMap((environment) =>
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
  const unsubscribe = queue.bus.subscribe(
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
