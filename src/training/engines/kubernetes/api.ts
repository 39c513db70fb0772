import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { EngineReach } from '../../../core/engine-kind.ts';
import { Refused, Unreachable } from '../../../core/errors.ts';
import { type Answer, type Asked, ask, open } from '../http.ts';
import { readAccess } from './access.ts';
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
  log(pod: string, sinceTime: string | undefined): Promise<IncomingMessage | undefined>;
}

export async function openApi(
  settings: Pick<Settings, 'kubeconfig' | 'context' | 'namespace'>,
  { secret, signal }: EngineReach,
): Promise<Api> {
  const access = await readAccess(settings.kubeconfig, settings.context, secret);
  const namespace = settings.namespace ?? access.namespace ?? 'default';
  const { ca, cert, key, token } = access;
  const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const call = (
    method: Asked['method'],
    path: string,
    doing: string,
    { query = {}, body }: { query?: Record<string, string>; body?: object } = {},
  ): Asked => {
    const url = new URL(`${access.server.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    };
    return {
      method,
      url,
      headers,
      tls,
      signal,
      doing,
      ...(body && { body: JSON.stringify(body) }),
    };
  };
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;

  return {
    namespace,
    async createJob(manifest) {
      const { name } = manifest.metadata;
      const doing = `Creating the job ${name} in ${namespace}`;
      // A field that the cluster does not know would otherwise be dropped, and the training run without it.
      const query = { fieldValidation: 'Strict' };
      const answer = await ask(call('POST', jobs, doing, { query, body: manifest }));
      if (answer.status === 409) return false;
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        throw new Refused(`${doing}: the cluster refused it. ${messageIn(answer)}`, {
          next: 'docs/engines.md says which rights it needs.',
        });
      require2xx(answer, doing);
      return true;
    },
    async job(name) {
      const doing = `Looking at the job ${name}`;
      const answer = await ask(call('GET', `${jobs}/${name}`, doing));
      return answer.status === 404 ? undefined : read(answer, doing, Job);
    },
    async deleteJob(name) {
      const doing = `Deleting the job ${name}`;
      const query = { propagationPolicy: 'Background' };
      const answer = await ask(call('DELETE', `${jobs}/${name}`, doing, { query }));
      if (answer.status !== 404) require2xx(answer, doing);
    },
    async pods(job) {
      const doing = `Looking at the pods of ${job}`;
      const query = { labelSelector: `batch.kubernetes.io/job-name=${job}` };
      const { items } = read(await ask(call('GET', pods, doing, { query })), doing, Pods);
      const age = ({ metadata }: (typeof items)[number]) => metadata.creationTimestamp ?? '';
      return items.toSorted((a, b) => (age(a) < age(b) ? -1 : 1));
    },
    async log(pod, sinceTime) {
      const doing = `Reading the log of ${pod}`;
      const query = { container: 'train', timestamps: 'true', ...(sinceTime && { sinceTime }) };
      const { status, body } = await open(call('GET', `${pods}/${pod}/log`, doing, { query }));
      if (status === 200) return body;
      body.destroy();
      // 400: the container has not started, or was removed.
      if (status === 400 || status === 404) return undefined;
      throw new Unreachable(`${doing}: the cluster answered ${status}.`);
    },
  };
}

function read<T>(answer: Answer, doing: string, shape: z.ZodType<T>): T {
  require2xx(answer, doing);
  const parsed = shape.safeParse(jsonIn(answer.text));
  if (parsed.success) return parsed.data;
  throw new Unreachable(`${doing}: the answer is not understood. ${z.prettifyError(parsed.error)}`);
}

function require2xx(answer: Answer, doing: string): void {
  if (answer.status >= 200 && answer.status < 300) return;
  throw new Unreachable(`${doing}: the cluster answered ${answer.status}. ${messageIn(answer)}`);
}

function messageIn({ text }: Answer): string {
  const parsed = z.object({ message: z.string() }).safeParse(jsonIn(text));
  return (parsed.success ? parsed.data.message : text).slice(0, 500);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
