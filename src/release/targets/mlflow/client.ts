import { Refused, Unreachable, WheelhouseError } from '../../../core/errors.ts';
import type { TargetReach } from '../../../core/target-kind.ts';
import { reasonOf, textOf } from '../answer.ts';

/** An answer of a registry is a few kilobytes. */
const LONGEST = 4 * 1024 * 1024;

/** What MLflow answered instead of what was asked. */
class Answered extends WheelhouseError {
  readonly code: string;

  constructor(code: string, words: string) {
    super('upstream', words);
    this.code = code;
  }
}

/** Whether MLflow answered with one of these codes, such as RESOURCE_DOES_NOT_EXIST. */
export function isAnswer(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Answered && codes.includes(error.code);
}

/** A tracking server. */
export interface Mlflow {
  /** One call of the REST API, below `/api/2.0/mlflow/`. Throws Unreachable, or an Answered that `isAnswer` knows. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, fields: object): Promise<unknown>;
  /** Puts a file under a path of the server's artifacts, e.g. `0/RUN/artifacts/model/MLmodel`. */
  upload(path: string, bytes: Uint8Array): Promise<void>;
}

interface Where {
  url: string;
  token: string | undefined;
  /** Begins every error. */
  doing: string;
  timeoutMs: number;
}

/** MLflow by its REST API, which has no client for Node. */
export function createMlflow(
  { url, token, doing, timeoutMs }: Where,
  { fetch, signal }: Pick<TargetReach, 'fetch' | 'signal'>,
): Mlflow {
  const base = url.replace(/\/+$/, '');
  const host = new URL(base).host;
  // For the whole change: many calls must not take many times as long.
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function ask(path: string, init: RequestInit): Promise<string> {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        ...init,
        headers: { ...headers, ...init.headers },
        ...{ signal: within, redirect: 'manual' as const },
      });
    } catch (cause) {
      throw new Unreachable(`${doing}: ${host} does not answer (${reasonOf(cause)}).`, { cause });
    }
    const text = await textOf(response, LONGEST).catch((cause: unknown) => {
      throw new Unreachable(
        `${doing}: the answer of ${host} was not read to the end (${reasonOf(cause)}).`,
        { cause },
      );
    });
    if (response.ok) return text;
    if (response.status === 401 || response.status === 403)
      throw new Refused(`${doing}: ${host} refuses access (${response.status}).`, {
        next: 'Check token_env of the target, the rights of its user, and the hosts that the server accepts.',
      });
    const { error_code: code, message } = fieldsOf(text);
    const words =
      typeof message === 'string' ? message.split('\n')[0] : `status ${response.status}`;
    throw new Answered(String(code ?? ''), `${doing}: ${host} says: ${words}`);
  }

  return {
    async call(method, path, fields) {
      const api = `/api/2.0/mlflow/${path}`;
      const text =
        method === 'GET'
          ? await ask(`${api}?${new URLSearchParams(Object.entries(fields))}`, { method })
          : await ask(api, {
              method,
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(fields),
            });
      return fieldsOf(text);
    },

    async upload(path, bytes) {
      const names = path.split('/').map(encodeURIComponent).join('/');
      await ask(`/api/2.0/mlflow-artifacts/artifacts/${names}`, {
        ...{ method: 'PUT', headers: { 'content-type': 'application/octet-stream' } },
        body: new Uint8Array(bytes),
      });
    },
  };
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
}
