import type { Cluster } from '../../../core/ports/cluster.ts';
import { Deployment, HttpRoute, type InferenceService, whyIn } from './objects.ts';
import { type Goal, isSame, type Plan, type Served, type Shown, servedIn } from './served.ts';

/** KServe wants letters first. */
export const canaryName = ({ version }: Served): string => `v${version}`;

/** What KServe calls the Deployment and the Service of a predictor. */
const serviceOf = (name: string, predictor?: string): string =>
  [name, predictor, 'predictor'].filter(Boolean).join('-');

/**
 * Reads which version each Deployment has, and the weights of the route. The percents in the status of KServe are copies
 * of the specification and say nothing of requests.
 */
export async function showStandard(
  name: string,
  found: InferenceService,
  cluster: Cluster,
  doing: string,
): Promise<Shown & { rolledOut: Served | undefined }> {
  const { namespace } = cluster;
  const deployment = (predictor?: string) =>
    cluster.get(
      `/apis/apps/v1/namespaces/${namespace}/deployments/${serviceOf(name, predictor)}`,
      ...([doing, Deployment] as const),
    );
  const running = found.status?.canaryStatuses?.[0];
  const routePath = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/${name}`;
  const [stable, canary, route] = await Promise.all([
    deployment(),
    running && deployment(running.name),
    cluster.get(routePath, doing, HttpRoute),
  ]);
  const share = running && route && shareIn(route, serviceOf(name, running.name));
  const told = found.spec.canary?.[0];
  const toldServed = servedIn(told?.predictor.annotations);
  const served = servedIn(stable?.metadata.annotations);
  return {
    plan: {
      predictor: servedIn(found.spec.predictor.annotations),
      ...(told && toldServed && { canary: { served: toldServed, percent: told.trafficPercent } }),
    },
    rolledOut: stable && isRolledOut(stable) ? served : undefined,
    state: {
      stable: stable ? stableIn(stable, served) : null,
      challenger: running?.ready
        ? {
            version: servedIn(canary?.metadata.annotations)?.version ?? running.name,
            weight: share ?? 0,
          }
        : null,
    },
    why: running?.ready && share === undefined ? whyNoShare(name, route) : whyIn(found),
  };
}

function whyNoShare(name: string, route: HttpRoute | undefined): string {
  if (!route)
    return `KServe runs the version and sends it nothing: there is no HTTPRoute ${name}, and without the Gateway API it splits no requests in this mode`;
  return `KServe runs the version and sends it nothing: the HTTPRoute ${name} names one backend only, or no gateway has accepted it. KServe 0.20.0 splits no requests in this mode; later releases do`;
}

/** No replica has the template before it. A Deployment that only grows has rolled out. */
const isRolledOut = ({ metadata, status }: Deployment): boolean =>
  status !== undefined &&
  status.observedGeneration >= metadata.generation &&
  status.updatedReplicas === status.replicas &&
  status.availableReplicas > 0;

function stableIn(deployment: Deployment, served: Served | undefined): Shown['state']['stable'] {
  const { status } = deployment;
  if (!status || status.availableReplicas === 0) return null;
  const words = served ? `v${served.version}` : 'another model';
  if (!isRolledOut(deployment))
    return { version: `${words} on ${status.updatedReplicas} of ${status.replicas}` };
  return served ? { version: served.version, artifact: served.artifact } : { version: words };
}

/** Percent of the requests for a Service, by a route that its gateways have accepted. */
function shareIn({ spec, status }: HttpRoute, service: string): number | undefined {
  const parents = status?.parents ?? [];
  const isRefused = parents.some(({ conditions }) =>
    conditions?.some((one) => one.status === 'False'),
  );
  if (parents.length === 0 || isRefused) return undefined;
  const shares = (spec.rules ?? []).flatMap(({ backendRefs }) => {
    const total = (backendRefs ?? []).reduce((sum, { weight }) => sum + weight, 0);
    const own = backendRefs?.find((one) => one.name === service);
    // In this order: a share of 0.07 times 100 is no whole percent.
    return backendRefs && total > 0 ? [own && (own.weight * 100) / total] : [];
  });
  const [first] = shares;
  return shares.every((share) => share === first) ? first : undefined;
}

/**
 * What the specification must say now, on the way to a goal. The stable Deployment keeps its name, so that addresses do;
 * a canary that becomes stable stays until the Deployment has rolled to its version. Pure.
 */
export function nextStandard(
  { stable, challenger }: Goal,
  { predictor, canary }: Plan,
  rolledOut: Served | undefined,
): Plan {
  const isThere = isSame(predictor, stable) && isSame(rolledOut, stable);
  const kept = canary && isSame(canary.served, stable) ? canary : undefined;
  if (!isThere) return { predictor: stable, canary: kept };
  return {
    predictor: stable,
    canary: challenger && { served: challenger.served, percent: challenger.weight },
  };
}
