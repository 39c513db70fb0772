import type { Cluster } from '../../../core/ports/cluster.ts';
import { GivenUp } from '../../../core/target-errors.ts';
import { nextKnative, showKnative } from './knative.ts';
import type { InferenceService } from './objects.ts';
import type { Goal, Plan, Served, Shown } from './served.ts';
import type { Settings } from './settings.ts';
import { nextStandard, showStandard } from './standard.ts';

/** What a cluster shows, and what must be told next on the way to a goal. */
type Look = Shown & { next(goal: Goal): Plan; known: readonly (Served | undefined)[] };

export async function look(
  { mode }: Settings,
  name: string,
  found: InferenceService,
  cluster: Cluster,
  doing: string,
): Promise<Look> {
  const actual = found.status?.deploymentMode;
  const known = { RawDeployment: 'standard', Serverless: 'knative' }[actual ?? ''] ?? actual;
  if (known !== undefined && known.toLowerCase() !== mode)
    throw new GivenUp(
      `${doing}: KServe runs ${name} in the mode ${actual}, and the target says ${mode}.`,
      {
        next: 'Set mode of the target, or delete the InferenceService: its mode cannot be changed.',
      },
    );
  if (mode === 'knative') {
    const { revisions, ...shown } = await showKnative(found, cluster, doing);
    const { rolledOut, latestReady, previous } = revisions;
    return {
      ...shown,
      next: (goal) => nextKnative(goal, shown.plan, revisions),
      known: [shown.plan.predictor, latestReady, rolledOut, previous],
    };
  }
  const { rolledOut, ...shown } = await showStandard(name, found, cluster, doing);
  return {
    ...shown,
    next: (goal) => nextStandard(goal, shown.plan, rolledOut),
    known: [shown.plan.predictor, shown.plan.canary?.served, rolledOut],
  };
}
