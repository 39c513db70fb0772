import { jobs } from '../../jobs/index.ts';
import { systemClock } from '../core/clock.ts';
import { openNotary } from '../proof/notary.ts';
import type { Container } from './container.ts';
import type { Running } from './role.ts';
import { takeOver } from './take-over.ts';

/** Shorter than a role has to end. */
const GRACE_MS = 3000;

/** Signs the tickets without which nothing is served. The only process with their key. */
export async function startPolicy(container: Container): Promise<Running> {
  const { registry, workspace, queue, keys, log } = container;
  const { tickets, audit } = registry;
  const policy = workspace.sha256;
  const { notary, publish } = await openNotary({
    tickets,
    audit,
    clock: systemClock,
    policy,
    dir: keys,
  });
  const world = container.world([], { notary });
  await takeOver(world, keys, log, publish);
  const lane = queue.work('policy', jobs, world);
  return { ready: {}, stop: () => lane.close(GRACE_MS) };
}
