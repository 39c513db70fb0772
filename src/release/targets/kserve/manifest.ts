import type { Endpoint } from '../../../core/endpoint.ts';
import { annotationsOf, type Plan, type Served } from './served.ts';
import type { Settings } from './settings.ts';
import { canaryName } from './standard.ts';

/** The definition of KServe 0.20 demands a name in a canary, which KServe gives to every container anyway. */
const CONTAINER = 'kserve-container';

/** Whose an InferenceService is. KServe copies labels to pods, so none of them ever changes. */
export const labelsOf = ({ model, environment }: Endpoint) => ({
  'app.kubernetes.io/managed-by': 'wheelhouse',
  'wheelhouse/model': model,
  'wheelhouse/environment': environment,
});
/** The name of the target that applied it last. */
export const TARGET = 'wheelhouse/target';

/** All that Wheelhouse says of an InferenceService; fields that are missing belong to others. */
export function serviceFor(
  of: Endpoint & {
    name: string;
    namespace: string;
    target: string;
    resourceVersion: string | undefined;
  },
  { predictor, percent, canary }: Plan & { predictor: Served },
  settings: Settings,
  uriOf: (artifact: string) => string,
) {
  const { name, namespace, resourceVersion } = of;
  const { mode, min_replicas: least, max_replicas: most } = settings;
  const predictorOf = (served: Served, container?: string) => ({
    annotations: annotationsOf(served),
    ...(settings.service_account !== undefined && { serviceAccountName: settings.service_account }),
    model: {
      ...(container !== undefined && { name: container }),
      modelFormat: { name: settings.model_format },
      storageUri: uriOf(served.artifact),
      ...(settings.runtime !== undefined && { runtime: settings.runtime }),
      ...(settings.protocol !== undefined && { protocolVersion: settings.protocol }),
      ...resourcesOf(settings),
    },
  });
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: {
      ...{ name, namespace, labels: { ...labelsOf(of), [TARGET]: of.target } },
      // Otherwise what was read, and decided by, has changed.
      ...(resourceVersion !== undefined && { resourceVersion }),
      annotations: {
        'serving.kserve.io/deploymentMode': mode === 'knative' ? 'Knative' : 'Standard',
      },
    },
    spec: {
      predictor: {
        ...{ ...predictorOf(predictor), minReplicas: least },
        ...(most !== undefined && { maxReplicas: most }),
        ...(percent !== undefined && { canaryTrafficPercent: percent }),
      },
      ...(canary && {
        canary: [
          {
            trafficPercent: canary.percent,
            predictor: {
              ...{ name: canaryName(canary.served), ...predictorOf(canary.served, CONTAINER) },
              // KServe would start none for less than one replica's share, and refuses more than the stable version has.
              minReplicas: Math.max(1, Math.ceil((least * canary.percent) / 100)),
            },
          },
        ],
      }),
    },
  };
}

function resourcesOf({ cpu, memory, gpus = 0 }: Settings) {
  const requests = { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
  const limits = {
    ...(memory !== undefined && { memory }),
    ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }),
  };
  const some = [requests, limits].some((one) => Object.keys(one).length > 0);
  return some ? { resources: { requests, limits } } : {};
}
