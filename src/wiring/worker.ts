import { jobs } from '../../jobs/index.ts';
import { closeCharts, warmCharts } from '../charts/index.ts';
import type { House } from './house.ts';
import type { Running } from './role.ts';

/** Longer than a person waits for Ctrl-C, shorter than a platform's kill. */
const GRACE_MS = 3000;

/** The workshop. */
export async function startWorker(house: House): Promise<Running> {
  const world = house.world([]);
  if (house.settings.exposed)
    house.log.warn(
      {},
      'this system shows the environment in which a process began to the programs that run as its user: ' +
        'they can read REDIS_URL and MONGODB_URI of this worker. docs/operations.md#programs says what helps',
    );
  const lanes = [
    house.queue.work('kiln', jobs, world, house.settings.kiln),
    house.queue.work('evaluation', jobs, world),
    house.queue.work('comparison', jobs, world),
    house.queue.work('desk', jobs, world),
  ];
  warmCharts().catch((err: unknown) => house.log.warn({ err }, 'warming the charts'));
  return {
    ready: {},
    async stop() {
      await Promise.all(lanes.map((lane) => lane.close(GRACE_MS)));
      await closeCharts();
    },
  };
}
