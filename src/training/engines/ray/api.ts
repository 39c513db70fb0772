import { z } from 'zod';
import type { EngineReach } from '../../../core/engine-kind.ts';
import { Refused, Unreachable } from '../../../core/errors.ts';
import { type Answer, type Asked, ask, open } from '../../../core/http.ts';
import { Job } from './objects.ts';
import type { Settings } from './settings.ts';

/**
 * The calls of https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html that a training needs.
 * Each throws Unreachable, and Refused where people must act.
 */
export interface Api {
  /** Also says whether the token is taken. */
  version(): Promise<string>;
  /** It is fine if there is a job of that ID already. */
  submit(id: string, job: object): Promise<void>;
  job(id: string): Promise<Job | undefined>;
  stop(id: string): Promise<void>;
  /** It is fine if there is none. One that waits cannot be removed: it stays. */
  remove(id: string): Promise<void>;
  /** Undefined: the job is not known. */
  logs(id: string): Promise<AsyncIterable<Buffer> | undefined>;
  hasPackage(name: string): Promise<boolean>;
  putPackage(name: string, bytes: Buffer): Promise<void>;
}

/** For up to 100 MB. */
const PACKAGE_MS = 15 * 60_000;

const Version = z.object({ ray_version: z.string() });

export function openApi(
  { url: base, token_env }: Settings,
  reach: Pick<EngineReach, 'secret' | 'signal'>,
): Api {
  const token = token_env === undefined ? undefined : reach.secret(token_env);
  if (token_env !== undefined && token === undefined)
    throw new Refused(`${token_env} is not set, so Ray was not asked.`, {
      next: `Set ${token_env} for the worker to the token of the Ray cluster.`,
    });
  const call = (method: Asked['method'], path: string, doing: string, body?: Buffer): Asked => ({
    ...{ method, url: new URL(`${base.replace(/\/$/, '')}${path}`), doing, signal: reach.signal },
    headers: {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body }),
  });
  const packageAt = (name: string) => `/api/packages/gcs/${name}`;

  return {
    async version() {
      const doing = 'Asking Ray for its version';
      return read(await ask(call('GET', '/api/version', doing)), doing, Version).ray_version;
    },
    async submit(id, job) {
      const doing = `Submitting the job ${id}`;
      const body = Buffer.from(JSON.stringify({ submission_id: id, ...job }));
      const answer = await ask(call('POST', '/api/jobs/', doing, body));
      if (answer.status === 500 && answer.text.includes(`${id} already exists`)) return;
      refuse4xx(answer, doing);
      require2xx(answer, doing);
    },
    async job(id) {
      const doing = `Looking at the job ${id}`;
      const answer = await ask(call('GET', `/api/jobs/${id}`, doing));
      return answer.status === 404 ? undefined : read(answer, doing, Job);
    },
    async stop(id) {
      const doing = `Stopping the job ${id}`;
      const answer = await ask(call('POST', `/api/jobs/${id}/stop`, doing));
      if (answer.status !== 404) require2xx(answer, doing);
    },
    async remove(id) {
      const doing = `Removing the job ${id}`;
      const answer = await ask(call('DELETE', `/api/jobs/${id}`, doing));
      if (answer.status === 404 || answer.text.includes('non-terminal state')) return;
      require2xx(answer, doing);
    },
    async logs(id) {
      const doing = `Reading the log of ${id}`;
      const { status, body, discard } = await open(call('GET', `/api/jobs/${id}/logs`, doing));
      if (status === 200) return body;
      discard();
      if (status === 404) return undefined;
      throw new Unreachable(`${doing}: Ray answered ${status}.`);
    },
    async hasPackage(name) {
      const doing = `Looking for the package ${name}`;
      const answer = await ask(call('GET', packageAt(name), doing));
      if (answer.status === 404) return false;
      require2xx(answer, doing);
      return true;
    },
    async putPackage(name, bytes) {
      const doing = `Sending the workspace (${bytes.length} bytes) to Ray`;
      const answer = await ask({
        ...call('PUT', packageAt(name), doing, bytes),
        withinMs: PACKAGE_MS,
      });
      refuse4xx(answer, doing);
      require2xx(answer, doing);
    },
  };
}

function read<T>(answer: Answer, doing: string, shape: z.ZodType<T>): T {
  require2xx(answer, doing);
  try {
    return shape.parse(JSON.parse(answer.text));
  } catch (cause) {
    throw new Unreachable(`${doing}: the answer is not one of Ray's Jobs API.`, { cause });
  }
}

function refuse4xx({ status, text }: Answer, doing: string): void {
  if (status < 400 || status >= 500 || status === 429) return;
  throw new Refused(`${doing}: Ray refused it with ${status}. ${endOf(text)}`, {
    next: 'docs/engines.md says what the engine needs.',
  });
}

function require2xx({ status, text }: Answer, doing: string): void {
  if (status >= 200 && status < 300) return;
  throw new Unreachable(`${doing}: Ray answered ${status}. ${endOf(text)}`);
}

/** Ray answers with the calls that led there; what went wrong comes last. */
const endOf = (text: string): string =>
  (
    text
      .trim()
      .split('\n')
      .findLast((line) => /[a-z]/i.test(line)) ?? ''
  ).slice(0, 300);
