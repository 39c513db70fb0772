import { type Body, listOf, textOf } from './json.ts';
import { type Ephemeral, type State, stamp } from './state.ts';
import { withIds } from './windows.ts';

/** Shows an ephemeral message; `ts` if Slack has already assigned it. */
export function ephemeral(
  { ephemerals }: Pick<State, 'ephemerals'>,
  where: { channel: string; user: string },
  body: Body,
  ts = stamp(),
): Ephemeral {
  const thread = textOf(body['thread_ts']);
  const said: Ephemeral = {
    ...where,
    ts,
    text: textOf(body['text']),
    blocks: listOf(withIds(body['blocks'])),
    ...(thread === '' ? {} : { thread }),
  };
  ephemerals.push(said);
  return said;
}
