import type { Deployments } from '../../src/core/ports/deployments.ts';
import type { Situation } from '../../src/release/rollback.ts';

/** How far back a button may refer to. */
const FAR_BACK = 200;

/** Switches that may happen while it is read, before what is read last is taken as it is. */
const ATTEMPTS = 5;

/**
 * The basis for deciding about a rollback: all of one moment, even if the live version is switched while it is
 * read. Otherwise the second of two people would be told that there is nothing to restore.
 */
export async function rollbackSituation(
  model: string,
  environment: string,
  {
    deployments,
  }: { deployments: Pick<Deployments, 'live' | 'outOfService' | 'history' | 'previousGood'> },
): Promise<Situation> {
  // For a model out of service, the version before the one that was taken out.
  const top = async () =>
    (await deployments.live(model, environment)) ??
    (await deployments.outOfService(model, environment))?.deployment;
  let live = await top();
  for (let attempt = 1; ; attempt += 1) {
    const history = await deployments.history(model, environment, FAR_BACK);
    const before = await deployments.previousGood(model, environment);
    const now = await top();
    if (now?.id === live?.id || attempt === ATTEMPTS) return { live: now, before, history };
    live = now;
  }
}
