import { schedule } from 'node-cron';
import { drill } from '../../jobs/declared/index.ts';
import { deriveId } from '../core/ids.ts';
import type { World } from '../core/world.ts';
import type { Container } from './container.ts';

/** Every process of a fleet calls at the same tick; the ID follows from the tick, so that each endpoint has one drill. */
export function drills({ workspace, log }: Container, { jobs, deployments }: World) {
  const drillAll = async (date: Date) => {
    for (const { model, environment } of await deployments.allLive()) {
      const id = deriveId('drill', date.toISOString(), model, environment);
      const endpoint = { model, environment };
      await jobs.enqueue(drill, {
        ...{ id, ...endpoint, by: 'wheelhouse', via: 'schedule', asked: false },
      });
    }
  };
  return schedule(
    workspace.drills.schedule,
    ({ date }) =>
      drillAll(date).catch((err: unknown) => log.warn({ err }, 'calling for the drills')),
    { noOverlap: true, timezone: 'UTC' },
  );
}
