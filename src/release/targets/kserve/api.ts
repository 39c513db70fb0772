import { z } from 'zod';
import { Refused, Unreachable } from '../../../core/errors.ts';
import type { Cluster, ClusterAnswer } from '../../../core/ports/cluster.ts';
import { GivenUp, NotYet } from '../../../core/target-errors.ts';
import { InferenceService } from './objects.ts';

/** The name under which fields are owned: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
const MANAGER = 'wheelhouse';
const RIGHTS = 'docs/kserve.md#rights says which rights it needs.';

/** One InferenceService by name. */
export interface Service {
  get(): Promise<InferenceService | undefined>;
  /** Makes the fields that Wheelhouse owns what they are here, and takes none from somebody else. */
  apply(manifest: object): Promise<void>;
  /** @param uid another one of that name stays */
  remove(uid: string): Promise<void>;
}

/** @param doing begins every error */
export function serviceIn(cluster: Cluster, name: string, doing: string): Service {
  const all = `/apis/serving.kserve.io/v1beta1/namespaces/${cluster.namespace}/inferenceservices`;
  const path = `${all}/${name}`;
  return {
    get: () => cluster.get(path, doing, InferenceService),

    async apply(body) {
      const query = { fieldManager: MANAGER, fieldValidation: 'Strict' };
      const type = 'application/apply-patch+yaml';
      const answer = await cluster.call({ method: 'PATCH', path, doing, query, body, type });
      if (answer.status < 300) return;
      const { message } = answer;
      const owners = ownersIn(answer);
      if (owners.length > 0)
        throw new Refused(
          `${doing}: somebody else owns ${owners.join(', ')}, so nothing was changed.`,
          {
            next: 'Wheelhouse takes no fields from others: docs/kserve.md#conflicts.',
          },
        );
      if (answer.status === 409) throw new NotYet(`${doing}: it has just changed. ${message}`);
      if (answer.status === 404)
        throw new Refused(`${doing}: the cluster has no InferenceServices there. ${message}`, {
          next: 'Install KServe, and check namespace of the target.',
        });
      if (isUnknownField(answer))
        throw new GivenUp(`${doing}: this release of KServe does not know a field. ${message}`, {
          next: 'Rollouts in the mode standard need KServe 0.20 or newer.',
        });
      if (answer.status >= 500 || answer.status === 429)
        throw new Unreachable(`${doing}: the cluster answered ${answer.status}. ${message}`);
      throw new Refused(`${doing}: the cluster refused it. ${message}`, { next: RIGHTS });
    },

    async remove(uid) {
      const body = {
        ...{ kind: 'DeleteOptions', apiVersion: 'v1' },
        ...{ propagationPolicy: 'Background', preconditions: { uid } },
      };
      const answer = await cluster.call({ method: 'DELETE', path, doing, body });
      if (answer.status < 300 || answer.status === 404) return;
      const words = `${doing}: the cluster answered ${answer.status}. ${answer.message}`;
      if (answer.status === 403) throw new Refused(words, { next: RIGHTS });
      throw new Unreachable(words);
    },
  };
}

/** When Wheelhouse changed it last, by the clock of the cluster. */
export function changedAt({ metadata }: InferenceService): Date | undefined {
  const own = metadata.managedFields?.find(
    ({ manager, operation, subresource = '' }) =>
      manager === MANAGER && operation === 'Apply' && subresource === '',
  );
  return own?.time === undefined ? undefined : new Date(own.time);
}

const Conflict = z.object({
  details: z.object({
    causes: z.array(
      z.object({ reason: z.string(), message: z.string().default(''), field: z.string() }),
    ),
  }),
});

/** Fields that others own, each with the owner. */
function ownersIn({ status, json }: ClusterAnswer): string[] {
  const parsed = status === 409 ? Conflict.safeParse(json) : undefined;
  return (parsed?.data?.details.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => `${field} (${/"([^"]+)"/.exec(message)?.[1] ?? message})`);
}

/** The API refuses undeclared fields of an apply in these words, and with different statuses. */
const isUnknownField = ({ message }: ClusterAnswer): boolean =>
  /field not declared in schema|unknown field/.test(message);
