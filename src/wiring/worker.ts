import { join } from 'node:path';
import { schedule } from 'node-cron';
import { jobs as declared } from '../../jobs/index.ts';
import { closeCharts, warmCharts } from '../charts/index.ts';
import { systemClock } from '../core/clock.ts';
import { clearLeftFolders } from '../training/left-folders.ts';
import type { Container } from './container.ts';
import { closingCopies } from './objects.ts';
import type { Running } from './role.ts';
import { targetVariables } from './targets.ts';
import { trackingVariables } from './tracking.ts';
import { webhookVariables } from './webhooks.ts';

/** The first picture takes a second of CPU more. It is drawn ahead, but not while other roles start beside this one. */
const WARM_AFTER_MS = 10_000;

/** Runs trainings, evaluations, comparisons, checks of new data and everything that changes what is live. */
export async function startWorker(container: Container): Promise<Running> {
  const world = container.world([]);
  const jobs = closingCopies(declared);
  if (container.settings.exposed)
    container.log.warn(
      {},
      'this system shows the environment in which a process began to the programs that run as its user: ' +
        'they can read REDIS_URL and MONGODB_URI of this worker. docs/operations.md#programs has solutions',
    );
  for (const variable of targetVariables(container.workspace))
    if (container.settings.environment[variable] === undefined)
      container.log.warn({ variable }, 'a target needs a secret that is not set: docs/targets.md');
  for (const variable of webhookVariables(container.workspace))
    if (container.settings.environment[variable] === undefined)
      container.log.warn(
        { variable },
        'a webhook needs a secret that is not set, so its events wait: docs/webhooks.md',
      );
  for (const variable of trackingVariables(container.workspace))
    if (container.settings.environment[variable] === undefined)
      container.log.warn({ variable }, 'mlflow needs a token that is not set: docs/mlflow.md');
  await container.queue.adopt(jobs);
  const lanes = [
    container.queue.work('training', jobs, world, { concurrency: container.settings.trainings }),
    container.queue.work('evaluation', jobs, world),
    container.queue.work('comparison', jobs, world),
    container.queue.work('data', jobs, world),
    container.queue.work('delivery', jobs, world),
    container.queue.work('control', jobs, world),
    container.queue.work('monitoring', jobs, world),
    container.queue.work('webhooks', jobs, world),
    container.queue.work('tracking', jobs, world),
    container.queue.work('upkeep', jobs, world),
  ];
  const clear = async () => {
    const root = join(container.settings.home, 'runs');
    const { runs } = container.registry;
    const removed = await clearLeftFolders({ root, runs, now: systemClock.now() });
    if (removed > 0) container.log.info({ removed }, 'removed what killed workers left');
  };
  const failed = (err: unknown) => container.log.warn({ err }, 'clearing the folders of runs');
  void clear().catch(failed);
  const clearing = schedule('*/10 * * * *', () => clear().catch(failed), { noOverlap: true });
  const warm = setTimeout(
    () => warmCharts().catch((err: unknown) => container.log.warn({ err }, 'warming the charts')),
    WARM_AFTER_MS,
  );
  return {
    ready: {},
    async stop() {
      clearTimeout(warm);
      await clearing.destroy();
      await Promise.all(lanes.map((lane) => lane.close(container.settings.drainMs)));
      await closeCharts();
    },
  };
}
