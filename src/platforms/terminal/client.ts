import { BadInput, Refused, Unreachable, WheelhouseError } from '../../core/errors.ts';
import type { Whereabouts } from './whereabouts.ts';
import { Answered, type Asked, Watched } from './wire.ts';

export interface Client {
  ask(asked: Asked): Promise<Answered>;
  /** Undefined if there is nothing newer than `after` yet. */
  watch(
    invocation: string,
    after: number,
    seconds: number,
    signal: AbortSignal,
  ): Promise<Watched | undefined>;
}

/** The bot did not answer, or answered that it cannot at the moment. Can be retried. */
export class Away extends Unreachable {
  /** The request was not received. */
  readonly unheard: boolean;

  constructor(
    { url, start }: Pick<Whereabouts, 'url' | 'start'>,
    unheard: boolean,
    cause: unknown,
  ) {
    super(`Wheelhouse is not reachable at ${url}.`, {
      next: `Start it with \`${start}\`, or set WHEELHOUSE_URL to its address.`,
      cause,
    });
    this.unheard = unheard;
  }
}

// The last one is the error of `fetch` for ports that it blocks.
const UNHEARD = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'bad port'];
const ANSWER_MS = 60_000;

/** Throws Away, BadInput, Refused, Unreachable or an internal error of the server, each with the next step. */
export function createClient(where: Whereabouts): Client {
  const { url, token } = where;
  async function call(path: string, init: RequestInit, signal: AbortSignal): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    let response: Response;
    let body: string;
    try {
      response = await fetch(`${url}/api/${path}`, { ...init, headers, signal });
      body = await response.text();
    } catch (error) {
      throw new Away(where, UNHEARD.includes(codeOf(error)), error);
    }
    if (response.status === 204) return undefined;
    const answer = parse(body);
    if (response.ok) return answer;
    throw faultOf(response.status, lineIn(answer), where);
  }

  const notOurs = () =>
    new Unreachable(`The server at ${url} runs a different version of Wheelhouse.`, {
      next: 'Check WHEELHOUSE_URL, or update one of the two.',
    });

  return {
    async ask(asked) {
      const init = { method: 'POST', body: JSON.stringify(asked) };
      const answered = Answered.safeParse(
        await call('invocations', init, AbortSignal.timeout(ANSWER_MS)),
      );
      if (answered.success) return answered.data;
      throw notOurs();
    },
    async watch(invocation, after, seconds, signal) {
      const path = `watch/${encodeURIComponent(invocation)}?after=${after}&wait=${seconds}`;
      const late = AbortSignal.timeout(seconds * 1000 + ANSWER_MS);
      const news = await call(path, {}, AbortSignal.any([signal, late]));
      if (news === undefined) return undefined;
      const watched = Watched.safeParse(news);
      if (watched.success) return watched.data;
      throw notOurs();
    },
  };
}

function faultOf(status: number, line: string | undefined, where: Whereabouts): Error {
  const { url } = where;
  if (status === 401)
    return new Unreachable(`Wheelhouse at ${url} rejected the token.`, {
      next: 'Check WHEELHOUSE_TOKEN: the demo prints a new one whenever it starts fresh.',
    });
  if ([502, 503, 504].includes(status)) return new Away(where, false, line);
  if (line === undefined || status === 404)
    return new Unreachable(`The server at ${url} is not Wheelhouse.`, {
      next: 'Check WHEELHOUSE_URL.',
    });
  if (status === 403) return new Refused(line);
  return status < 500 ? new BadInput(line) : new WheelhouseError('us', line);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function lineIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  return typeof answer.error === 'string' ? answer.error : undefined;
}

/** The reason why `fetch` failed is in the cause of its error. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return '';
  return 'code' in cause ? String(cause.code) : cause.message;
}
