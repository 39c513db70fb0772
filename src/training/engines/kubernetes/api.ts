import type { z } from 'zod';
import type { EngineReach } from '../../../core/engine-kind.ts';
import { Refused, Unreachable } from '../../../core/errors.ts';
import { openCluster, readAnswer, requireSuccess } from '../../../kubernetes/cluster.ts';
import { inherited } from '../../environment.ts';
import { Job, Pods } from './objects.ts';
import type { Settings } from './settings.ts';

/** The few calls that a training needs, in one namespace. Each throws Unreachable, and Refused where people must act. */
export interface Api {
  namespace: string;
  /** False: there is a job of that name already. */
  createJob(manifest: { metadata: { name: string } }): Promise<boolean>;
  job(name: string): Promise<Job | undefined>;
  /** Its pods go with it. It is fine if there is none. */
  deleteJob(name: string): Promise<void>;
  /** The pods of a job, the newest last. */
  pods(job: string): Promise<z.output<typeof Pods>['items']>;
  /** Undefined: it has none yet, or none any more. */
  log(pod: string, sinceTime: string | undefined): Promise<AsyncIterable<Buffer> | undefined>;
}

export async function openApi(
  settings: Pick<Settings, 'kubeconfig' | 'context' | 'namespace'>,
  { secret: environment, signal }: Pick<EngineReach, 'secret' | 'signal'>,
): Promise<Api> {
  const cluster = await openCluster(settings, { environment, programs: inherited(), signal });
  const { namespace } = cluster;
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;

  return {
    namespace,
    async createJob(manifest) {
      const { name } = manifest.metadata;
      const doing = `Creating the job ${name} in ${namespace}`;
      // A field that the cluster does not know would otherwise be dropped, and the training run without it.
      const query = { fieldValidation: 'Strict' };
      const call = { method: 'POST', path: jobs, doing, query, body: manifest } as const;
      const answer = await cluster.call(call);
      if (answer.status === 409) return false;
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        throw new Refused(`${doing}: the cluster refused it. ${answer.message}`, {
          next: 'docs/engines.md says which rights it needs.',
        });
      requireSuccess(answer, doing);
      return true;
    },
    job: (name) => cluster.get(`${jobs}/${name}`, `Looking at the job ${name}`, Job),
    async deleteJob(name) {
      const doing = `Deleting the job ${name}`;
      const query = { propagationPolicy: 'Background' };
      const path = `${jobs}/${name}`;
      const answer = await cluster.call({ method: 'DELETE', path, doing, query });
      if (answer.status !== 404) requireSuccess(answer, doing);
    },
    async pods(job) {
      const doing = `Looking at the pods of ${job}`;
      const query = { labelSelector: `batch.kubernetes.io/job-name=${job}` };
      const answer = await cluster.call({ method: 'GET', path: pods, doing, query });
      const { items } = readAnswer(answer, doing, Pods);
      const age = ({ metadata }: (typeof items)[number]) => metadata.creationTimestamp ?? '';
      return items.toSorted((a, b) => (age(a) < age(b) ? -1 : 1));
    },
    async log(pod, sinceTime) {
      const doing = `Reading the log of ${pod}`;
      const query = { container: 'train', timestamps: 'true', ...(sinceTime && { sinceTime }) };
      const path = `${pods}/${pod}/log`;
      const { status, body, discard } = await cluster.open({ method: 'GET', path, doing, query });
      if (status === 200) return body;
      discard();
      // 400: the container has not started, or was removed.
      if (status === 400 || status === 404) return undefined;
      throw new Unreachable(`${doing}: the cluster answered ${status}.`);
    },
  };
}
