import type { EngineOrder } from '../../../core/engine.ts';
import { Refused } from '../../../core/errors.ts';
import type { JobSettings, Settings } from './settings.ts';

const FOLDER = '/workspace';
/** The shim gives a program five seconds to end. */
const GRACE_SECONDS = 15;

/** The folder that the image has the workspace in. */
export const folderOf = ({ folder = FOLDER }: JobSettings): string => folder;

/**
 * The Job of a training. It runs one pod once: whether it is tried again is for Wheelhouse to decide, except that a pod
 * that the cluster takes away, e.g. because its node is drained, is replaced.
 */
export function jobOf(
  { id, request, timeoutMs, job }: EngineOrder & { job: JobSettings },
  { start_minutes, keep_hours }: Settings,
  { shim, order }: { shim: string; order: string },
) {
  const { image, cpu, memory, gpus = 0, node_selector, service_account } = job;
  if (image === undefined)
    throw new Refused(
      `Starting ${id}: no image is set for ${request.model}, so nothing was started.`,
      {
        next: 'Set image of the engine, or under training.engines of the model. docs/engines.md says what it needs.',
      },
    );
  const requests = { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
  const limits = {
    ...(memory !== undefined && { memory }),
    ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }),
  };
  const labels = {
    'app.kubernetes.io/managed-by': 'wheelhouse',
    'wheelhouse/run': request.run,
    'wheelhouse/model': request.model,
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: id, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(timeoutMs / 1000 + start_minutes * 60),
      ttlSecondsAfterFinished: Math.round(keep_hours * 3600),
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: GRACE_SECONDS,
          // The program needs no rights in the cluster, unless an account is named for it.
          automountServiceAccountToken: service_account !== undefined,
          ...(service_account !== undefined && { serviceAccountName: service_account }),
          ...(node_selector && { nodeSelector: node_selector }),
          containers: [
            {
              ...{ name: 'train', image, command: ['python3', '-c', shim] },
              env: [{ name: 'WHEELHOUSE_ORDER', value: order }],
              resources: { requests, limits },
              securityContext: { allowPrivilegeEscalation: false },
            },
          ],
        },
      },
    },
  };
}
