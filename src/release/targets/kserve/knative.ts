import type { Cluster } from '../../../core/ports/cluster.ts';
import { type InferenceService, Revision, whyIn } from './objects.ts';
import { type Goal, isSame, type Plan, type Served, type Shown, servedIn } from './served.ts';

/** What runs behind an InferenceService with Knative; undefined: none, or not one of ours. */
export interface Revisions {
  /** Whether KServe has ever given all requests to one. Until then it splits nothing. */
  hasRolledOut: boolean;
  /** The one that has the requests that the predictor has not. */
  rolledOut: Served | undefined;
  /** The one that had them before. */
  previous: Served | undefined;
  /** The newest that could take requests. */
  latestReady: Served | undefined;
  /** Whether that is the one that is rolled out, whatever it serves. */
  isLatestRolledOut: boolean;
}

/** Reads which version each revision has, and the percents that KServe reports. */
export async function showKnative(
  found: InferenceService,
  cluster: Cluster,
  doing: string,
): Promise<Shown & { revisions: Revisions }> {
  const status = found.status?.components?.['predictor'];
  const traffic = status?.traffic ?? [];
  const read = async (name: string | undefined): Promise<Served | undefined> => {
    if (name === undefined || name === '') return undefined;
    const path = `/apis/serving.knative.dev/v1/namespaces/${cluster.namespace}/revisions/${name}`;
    return servedIn((await cluster.get(path, doing, Revision))?.metadata.annotations);
  };
  const [rolledOut, previous, latestReady, ...routed] = await Promise.all(
    [
      status?.latestRolledoutRevision,
      status?.previousRolledoutRevision,
      status?.latestReadyRevision,
      ...traffic.map(({ revisionName }) => revisionName),
    ].map(read),
  );
  const shares = new Map<
    number | string,
    { percent: number; latest: boolean; served: Served | undefined }
  >();
  for (const [at, { revisionName = 'unknown', percent, latestRevision }] of traffic.entries()) {
    const served = routed[at];
    const key = served?.version ?? revisionName;
    const before = shares.get(key);
    shares.set(key, {
      percent: (before?.percent ?? 0) + (percent ?? 0),
      latest: (before?.latest ?? false) || latestRevision === true,
      served,
    });
  }
  // The one that is rolled out is the newest only if it is alone.
  const all = [...shares].map(([version, rest]) => ({ version, ...rest }));
  const stable = all.find(({ latest }) => !latest) ?? all[0];
  const challenger = all.find((one) => one !== stable);
  const { annotations, canaryTrafficPercent: percent } = found.spec.predictor;
  return {
    plan: { predictor: servedIn(annotations), percent },
    revisions: {
      ...{ hasRolledOut: Boolean(status?.latestRolledoutRevision) },
      ...{ rolledOut, previous, latestReady },
      isLatestRolledOut: status?.latestReadyRevision === status?.latestRolledoutRevision,
    },
    state: {
      stable: stable
        ? { version: stable.version, ...(stable.served && { artifact: stable.served.artifact }) }
        : null,
      challenger: challenger ? { version: challenger.version, weight: challenger.percent } : null,
    },
    why: whyIn(found),
  };
}

/**
 * What the specification must say now, on the way to a goal. KServe gives `canaryTrafficPercent` to the newest revision
 * that is ready, and the rest to the one that was rolled out last: a version that is not ready yet must not be named
 * without a percent while the newest ready one is a challenger, or that would get everything meanwhile. Pure.
 */
export function nextKnative(
  { stable, challenger }: Goal,
  { predictor, percent }: Plan,
  { hasRolledOut, rolledOut, previous, latestReady, isLatestRolledOut }: Revisions,
): Plan {
  if (!hasRolledOut) return { predictor: stable };
  if (!isSame(rolledOut, stable)) {
    // With 0 percent of itself, KServe goes back at once to the revision before, which still runs.
    if (isSame(previous, stable) && isSame(predictor, rolledOut))
      return { predictor: rolledOut, percent: 0 };
    const isTold = isSame(predictor, stable) && percent === undefined;
    const isSafe = isLatestRolledOut || isSame(latestReady, stable);
    return isTold || isSafe ? { predictor: stable } : { predictor: stable, percent: 0 };
  }
  if (challenger) {
    const { served, weight } = challenger;
    const isSafe = isSame(latestReady, served) || isSame(latestReady, stable);
    return { predictor: served, percent: isSafe ? weight : 0 };
  }
  return isSame(latestReady, stable) ? { predictor: stable } : { predictor: stable, percent: 0 };
}
