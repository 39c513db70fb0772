import type { Needs } from '../../src/core/world.ts';
import type { Situation } from '../../src/release/rollback.ts';

/** How far back a button may refer to. */
const FAR_BACK = 200;

/** The basis for deciding about a rollback. */
export async function rollbackSituation(
  model: string,
  environment: string,
  { deployments }: Needs<'deployments'>,
): Promise<Situation> {
  const history = await deployments.history(model, environment, FAR_BACK);
  // For a model out of service, the version before the one that was taken out.
  const live =
    (await deployments.live(model, environment)) ??
    (await deployments.outOfService(model, environment))?.deployment;
  const before = await deployments.previousGood(model, environment);
  return { live, before, history };
}
