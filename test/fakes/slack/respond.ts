import { ephemeral } from './ephemerals.ts';
import { inspect } from './inspect.ts';
import { type Body, listOf } from './json.ts';
import { type State, serial } from './state.ts';
import { withIds } from './windows.ts';

/** What a `response_url` belongs to, and the message it came from. */
interface Pass {
  channel: string;
  user: string;
  /** The message with the pressed button. */
  message?: string;
  issued: number;
  uses: number;
}

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const USES = 5;
const LIFE_MS = 30 * 60_000;

/** The `response_url`s that the double hands out, and what a post to one does. */
export function openPasses(state: State) {
  const passes = new Map<string, Pass>();

  /** Shows `body` as an answer in the channel, or to the person only. */
  async function say(pass: Pick<Pass, 'channel' | 'user'>, body: Body): Promise<void> {
    if (body['response_type'] === 'in_channel')
      await state.upstream.must('chat.postMessage', { ...shown(body), channel: pass.channel });
    else ephemeral(state, pass, body);
  }

  async function change(pass: Pass, body: Body): Promise<void> {
    const ts = pass.message;
    const at = state.ephemerals.findIndex((one) => one.ts === ts && one.user === pass.user);
    const gone = body['delete_original'] === true;
    const found = state.ephemerals[at];
    if (found) {
      if (gone) state.ephemerals.splice(at, 1);
      else {
        ephemeral(state, pass, body, found.ts);
        state.ephemerals.splice(at, 1);
      }
    } else if (gone) await state.upstream.must('chat.delete', { channel: pass.channel, ts });
    else await state.upstream.must('chat.update', { ...shown(body), channel: pass.channel, ts });
  }

  return {
    issue(channel: string, user: string, message?: string): string {
      const id = `pass${serial()}`;
      const pass = { channel, user, issued: state.clock.now().getTime(), uses: 0 };
      passes.set(id, message === undefined ? pass : { ...pass, message });
      return `${state.front}/response/${id}`;
    },
    say,
    /** Status and body of Slack's answer to a post to `/response/<id>`. */
    async post(id: string, body: Body): Promise<{ status: number; body: Body }> {
      const pass = passes.get(id);
      const late = pass && state.clock.now().getTime() - pass.issued > LIFE_MS;
      if (!pass || late) return { status: 404, body: { ok: false, error: 'expired_url' } };
      if (pass.uses >= USES) return { status: 404, body: { ok: false, error: 'used_url' } };
      pass.uses += 1;
      const error = inspect(state, 'response_url', body);
      if (error) return { status: 400, body: { ok: false, error } };
      const original = body['delete_original'] === true || body['replace_original'] === true;
      if (original && pass.message !== undefined) await change(pass, body);
      else await say(pass, body);
      return { status: 200, body: { ok: true } };
    },
  };
}

export type Passes = ReturnType<typeof openPasses>;

function shown(body: Body): Body {
  const { text, thread_ts: thread } = body;
  const blocks = listOf(withIds(body['blocks']));
  return {
    text: text ?? '',
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(thread === undefined ? {} : { thread_ts: thread }),
  };
}
