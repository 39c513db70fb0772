import { z } from 'zod';
import type { Cluster } from '../../../../src/core/ports/cluster.ts';

const Annotations = z.record(z.string(), z.string());
const Status = z.looseObject({
  components: z.object({ predictor: z.record(z.string(), z.unknown()).optional() }).optional(),
});
const Predictor = z.looseObject({
  name: z.string().optional(),
  annotations: Annotations,
  canaryTrafficPercent: z.number().optional(),
});
const Service = z.object({
  metadata: z.looseObject({ deletionTimestamp: z.string().optional() }),
  spec: z.object({
    predictor: Predictor,
    canary: z.array(z.object({ trafficPercent: z.number(), predictor: Predictor })).optional(),
  }),
  status: Status.optional(),
});
type Service = z.output<typeof Service>;

interface Rules {
  mode: 'standard' | 'knative';
  /** Versions whose pods never become ready. */
  broken: Set<number>;
  /** Whether requests are split: KServe 0.20.0 does not in the mode Standard. */
  splits: boolean;
}

const versionIn = ({ annotations }: { annotations: z.output<typeof Annotations> }): number =>
  Number(annotations['wheelhouse/version']);

/**
 * Does to one InferenceService what KServe's controller does, in one step: makes revisions, or Deployments and a route,
 * and reports what they show. As in `ksvc_reconciler.go`, `inference_service_status.go`, `components/predictor.go` and
 * `httproute_reconciler.go` of KServe, with pods that are ready at once.
 */
export function createController(cluster: Cluster, name: string, rules: Rules) {
  const { namespace } = cluster;
  const doing = 'Acting as the controller of KServe';
  const of = (group: string, kind: string, object: string) =>
    `/apis/${group}/namespaces/${namespace}/${kind}/${object}`;
  const service = of('serving.kserve.io/v1beta1', 'inferenceservices', name);
  let revisions: { name: string; template: string; version: number }[] = [];

  async function write(path: string, body: object): Promise<void> {
    const query = { fieldManager: 'kserve', force: 'true' };
    const type = 'application/apply-patch+yaml';
    require2xx(await cluster.call({ method: 'PATCH', path, doing, query, body, type }));
  }
  async function report(path: string, status: object): Promise<void> {
    const type = 'application/merge-patch+json';
    const body = { status };
    require2xx(await cluster.call({ method: 'PATCH', path: `${path}/status`, doing, body, type }));
  }
  const require2xx = ({ status, message }: { status: number; message: string }) => {
    if (status >= 300) throw new Error(`${doing}: ${status} ${message}`);
  };

  async function knative({ spec: { predictor }, status }: Service): Promise<object> {
    const { canaryTrafficPercent: percent, ...rest } = predictor;
    const template = JSON.stringify([rest.annotations, rest['model']]);
    if (revisions.at(-1)?.template !== template) {
      const revision = `${name}-predictor-${String(revisions.length + 1).padStart(5, '0')}`;
      revisions.push({ name: revision, template, version: versionIn(predictor) });
      await write(of('serving.knative.dev/v1', 'revisions', revision), {
        ...{ apiVersion: 'serving.knative.dev/v1', kind: 'Revision' },
        metadata: { name: revision, namespace, annotations: predictor.annotations },
        spec: { containers: [{ image: 'any' }] },
      });
    }
    const created = revisions.at(-1)?.name ?? '';
    const ready = revisions.findLast(({ version }) => !rules.broken.has(version))?.name;
    if (ready === undefined) return {};
    const was = { rolledOut: '', previous: '', ...rolledOutIn(status) };
    const isSplit = percent !== undefined && was.rolledOut !== '' && rules.splits;
    const share = isSplit ? percent : 100;
    const traffic = [
      { revisionName: ready, latestRevision: true, percent: share },
      ...(share < 100
        ? [
            {
              revisionName: was.rolledOut,
              latestRevision: false,
              percent: 100 - share,
              tag: 'prev',
            },
          ]
        : []),
    ];
    let { rolledOut, previous } = was;
    if (rolledOut !== ready) {
      if (share === 100) [previous, rolledOut] = [rolledOut, ready];
    } else if (ready === created && share < 100 && previous !== '') rolledOut = previous;
    return {
      components: {
        predictor: {
          ...{ latestCreatedRevision: created, latestReadyRevision: ready, traffic },
          ...{ latestRolledoutRevision: rolledOut, previousRolledoutRevision: previous },
        },
      },
    };
  }

  async function standard({ spec: { predictor, canary = [] } }: Service): Promise<object> {
    await deploy(`${name}-predictor`, predictor);
    for (const one of canary)
      await deploy(`${name}-${one.predictor.name}-predictor`, one.predictor);
    const ready = canary.filter((one) => !rules.broken.has(versionIn(one.predictor)));
    const shares = rules.splits ? ready : [];
    const rest = 100 - shares.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
    const backendRefs = [
      { name: `${name}-predictor`, port: 80, ...(shares.length > 0 && { weight: rest }) },
      ...shares.map(({ trafficPercent: weight, predictor: { name: canaryName } }) => ({
        ...{ name: `${name}-${canaryName}-predictor`, port: 80, weight },
      })),
    ];
    const route = of('gateway.networking.k8s.io/v1', 'httproutes', name);
    await write(route, {
      ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
      metadata: { name, namespace },
      spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs }] },
    });
    const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' };
    await report(route, {
      parents: [
        {
          ...{ parentRef: { name: 'gateway' }, controllerName: 'test.example/gateway' },
          conditions: [{ ...accepted, lastTransitionTime: '2026-11-30T12:00:00Z' }],
        },
      ],
    });
    return {
      canaryStatuses: canary.map(({ trafficPercent, predictor: one }) => ({
        ...{ name: one.name, trafficPercent, ready: !rules.broken.has(versionIn(one)) },
      })),
    };
  }

  async function deploy(deployment: string, predictor: z.output<typeof Predictor>): Promise<void> {
    const path = of('apps/v1', 'deployments', deployment);
    const { annotations } = predictor;
    const labels = { app: `isvc.${deployment}` };
    await write(path, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      metadata: { name: deployment, namespace, annotations },
      spec: {
        ...{ replicas: 1, selector: { matchLabels: labels } },
        template: {
          metadata: { labels, annotations },
          spec: { containers: [{ name: 'kserve-container', image: 'any' }] },
        },
      },
    });
    const Found = z.object({ metadata: z.object({ generation: z.number() }) });
    const generation = (await cluster.get(path, doing, Found))?.metadata.generation ?? 0;
    const isBroken = rules.broken.has(versionIn(predictor));
    const counts = isBroken
      ? { replicas: 2, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 }
      : { replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 };
    await report(path, { ...counts, observedGeneration: generation });
  }

  return {
    rules,
    /** Somebody writes the specification by hand. */
    async edit(version: number): Promise<void> {
      const type = 'application/merge-patch+json';
      const annotations = { 'wheelhouse/version': String(version) };
      const body = { spec: { predictor: { annotations, canaryTrafficPercent: null } } };
      const query = { fieldManager: 'kubectl-edit' };
      require2xx(await cluster.call({ method: 'PATCH', path: service, doing, query, body, type }));
    },
    async remove(): Promise<void> {
      await cluster.call({ method: 'DELETE', path: service, doing });
    },
    /** Until nothing changes any more. */
    async settle(): Promise<void> {
      for (let before = ''; ; ) {
        const found = await cluster.get(service, doing, Service);
        if (!found) {
          revisions = [];
          return;
        }
        const status = rules.mode === 'knative' ? await knative(found) : await standard(found);
        const deploymentMode = rules.mode === 'knative' ? 'Knative' : 'Standard';
        const failed = [...rules.broken].length > 0;
        const lastFailureInfo = { reason: 'ModelLoadFailed', message: 'no such file' };
        const states = failed ? { lastFailureInfo } : {};
        const modelStatus = { transitionStatus: failed ? 'BlockedByFailedLoad' : '', ...states };
        const next = { deploymentMode, modelStatus, ...status };
        await report(service, next);
        if (JSON.stringify(next) === before) return;
        before = JSON.stringify(next);
      }
    },
  };
}

function rolledOutIn(status: z.output<typeof Status> | undefined) {
  const { latestRolledoutRevision: rolledOut, previousRolledoutRevision: previous } =
    status?.components?.predictor ?? {};
  return {
    ...(typeof rolledOut === 'string' && { rolledOut }),
    ...(typeof previous === 'string' && { previous }),
  };
}
