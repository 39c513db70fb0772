import { type Body, listOf, textOf } from './json.ts';
import type { State } from './state.ts';

/**
 * `conversations.history` and `.replies` as Slack reads their arguments: the emulator ignores `oldest`, `latest` and
 * `inclusive`, and always includes metadata.
 */
export async function history(
  { upstream }: Pick<State, 'upstream'>,
  method: string,
  body: Body,
  token: string,
): Promise<Body> {
  const all: Body[] = [];
  for (let cursor = ''; ; ) {
    const page = await upstream.call(method, { ...body, limit: 1000, cursor }, token);
    if (page['ok'] !== true) return page;
    all.push(...listOf(page['messages']));
    cursor = textOf(listOf([page['response_metadata']])[0]?.['next_cursor']);
    if (cursor === '') break;
  }
  const oldest = textOf(body['oldest']) || '0';
  const latest = textOf(body['latest']) || '9999999999';
  const inclusive = body['inclusive'] === true;
  const replies = method === 'conversations.replies';
  if (replies && all.length === 0) return { ok: false, error: 'thread_not_found' };
  const kept = all.filter((message) => {
    const ts = textOf(message['ts']);
    // The parent of a thread is always among its replies.
    if (replies && ts === body['ts']) return true;
    return (ts > oldest && ts < latest) || (inclusive && (ts === oldest || ts === latest));
  });
  const limit = Math.min(Number(body['limit'] ?? 100) || 100, 999);
  const start = Number(textOf(body['cursor']) || 0);
  const end = start + limit;
  return {
    ok: true,
    messages: kept.slice(start, end).map((message) => asTold(message, body)),
    has_more: end < kept.length,
    response_metadata: { next_cursor: end < kept.length ? String(end) : '' },
  };
}

function asTold(message: Body, body: Body): Body {
  const told = { ...message };
  if (body['include_all_metadata'] !== true) delete told['metadata'];
  if (Number(told['reply_count'] ?? 0) > 0) told['thread_ts'] ??= told['ts'];
  return told;
}
