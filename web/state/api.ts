import type { ModelBoard, ModelList } from '../../src/core/board.ts';
import type {
  Completion,
  Post,
  Press,
  PrivateReply,
  React,
  Say,
  Session,
} from '../../src/platforms/web/api.ts';

/** An error of the server or the connection. `message` is a sentence for the reader. */
export class Refusal extends Error {
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** @throws {Refusal} for everything but a 2xx answer. An aborted request rejects with an AbortError. */
async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal(0, 'Wheelhouse cannot be reached.');
  }
  if (!response.ok) throw new Refusal(response.status, await whatItSaid(response));
  return response.json();
}

async function whatItSaid(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null && 'error' in body) return String(body.error);
  } catch {
    // The error page of a proxy; the status is enough.
  }
  return `Wheelhouse answered ${response.status}.`;
}

function post<T>(path: string, body: unknown): Promise<T> {
  return call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

type Posts = { posts: Post[] };
type Answer = { reply: PrivateReply | null };

export const api = {
  session: () => call<Session>('session'),
  posts(channel: string, before?: string) {
    const query = new URLSearchParams({ channel, ...(before === undefined ? {} : { before }) });
    return call<Posts>(`posts?${query}`);
  },
  thread: (id: string) => call<Posts>(`posts/${encodeURIComponent(id)}/thread`),
  say: (say: Say) => post<Answer>('say', say),
  press: (press: Press) => post<Answer>('press', press),
  react: (react: React) => post<Answer>('react', react),
  complete(as: string, text: string, signal: AbortSignal) {
    const query = new URLSearchParams({ as, text });
    return call<{ completions: Completion[] }>(`complete?${query}`, { signal });
  },
  models(as: string, after?: string) {
    const query = new URLSearchParams({ as, ...(after === undefined ? {} : { after }) });
    return call<ModelList>(`models?${query}`);
  },
  board(model: string, as: string, environment: string | null) {
    const query = new URLSearchParams({ as, ...(environment === null ? {} : { in: environment }) });
    return call<ModelBoard>(`models/${encodeURIComponent(model)}?${query}`);
  },
  picture: (sha256: string) => `api/pictures/${encodeURIComponent(sha256)}`,
};
