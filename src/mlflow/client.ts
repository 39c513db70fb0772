import { z } from 'zod';
import { bytesOf, reasonOf } from '../core/answer.ts';
import { Refused, Unreachable, WheelhouseError } from '../core/errors.ts';

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
  /** The fields of an answer in a shape. Throws Unreachable if it does not have it: another server may answer there. */
  read<T>(shape: z.ZodType<T>, answer: unknown): T;
  /** Puts a file under a path of the server's artifacts, e.g. `0/RUN/artifacts/model/MLmodel`. */
  upload(path: string, bytes: Uint8Array): Promise<void>;
  /** The file under such a path. Throws Unreachable if it is longer than `most` bytes. */
  download(path: string, most: number): Promise<Uint8Array>;
  /** What is in a folder of the server's artifacts, by name. */
  files(folder: string): Promise<{ name: string; bytes: number }[]>;
}

interface Where {
  url: string;
  token: string | undefined;
  /** Where the token is set, for people who must change it: `token_env of the target`. */
  tokenIs: string;
  /** Begins every error. */
  doing: string;
  timeoutMs: number;
}

/** How the server is reached. */
export interface Network {
  fetch: typeof globalThis.fetch;
  signal: AbortSignal;
}

const Listed = z.object({
  files: z
    .array(
      z.object({
        ...{ path: z.string(), is_dir: z.boolean().default(false) },
        file_size: z.coerce.number().default(0),
      }),
    )
    .default([]),
});

/** MLflow by its REST API, which has no client for Node. */
export function createMlflow(
  { url, token, tokenIs, doing, timeoutMs }: Where,
  { fetch, signal }: Network,
): Mlflow {
  const base = url.replace(/\/+$/, '');
  const host = new URL(base).host;
  // For the whole change: many calls must not take many times as long.
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function fetched(path: string, init: RequestInit, most: number): Promise<Uint8Array> {
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
    const bytes = await bytesOf(response, most).catch((cause: unknown) => {
      throw new Unreachable(
        `${doing}: the answer of ${host} was not read to the end (${reasonOf(cause)}).`,
        { cause },
      );
    });
    if (response.ok) return bytes;
    if (response.status === 401 || response.status === 403)
      throw new Refused(`${doing}: ${host} refuses access (${response.status}).`, {
        next: `Check ${tokenIs}, the rights of its user, and the hosts that the server accepts.`,
      });
    const { error_code: code, message } = fieldsOf(textIn(bytes));
    const words =
      typeof message === 'string' ? message.split('\n')[0] : `status ${response.status}`;
    throw new Answered(String(code ?? ''), `${doing}: ${host} says: ${words}`);
  }

  const ask = async (path: string, init: RequestInit): Promise<string> =>
    textIn(await fetched(path, init, LONGEST));

  function read<T>(shape: z.ZodType<T>, answer: unknown): T {
    const { data, error } = shape.safeParse(answer);
    if (error)
      throw new Unreachable(`${doing}: the answer of ${host} is not one of MLflow.`, {
        cause: error,
      });
    return data;
  }

  return {
    read,

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
      await ask(`${ARTIFACTS}/${escaped(path)}`, {
        ...{ method: 'PUT', headers: { 'content-type': 'application/octet-stream' } },
        body: new Uint8Array(bytes),
      });
    },

    download: (path, most) => fetched(`${ARTIFACTS}/${escaped(path)}`, { method: 'GET' }, most),

    async files(folder) {
      const asked = new URLSearchParams({ path: folder });
      const answer = fieldsOf(await ask(`${ARTIFACTS}?${asked}`, { method: 'GET' }));
      const { files } = read(Listed, answer);
      return files
        .filter(({ is_dir }) => !is_dir)
        .map(({ path, file_size }) => ({ name: path.split('/').at(-1) ?? '', bytes: file_size }));
    },
  };
}

const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';
const escaped = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
const textIn = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
}
