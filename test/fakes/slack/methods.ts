import { ephemeral } from './ephemerals.ts';
import { history } from './history.ts';
import { type Body, bodyOf, isBody, listOf, textOf, within } from './json.ts';
import { faultsIn, refusalOf } from './limits.ts';
import { APP_TOKEN, BOT_TOKEN, TEAM } from './seed.ts';
import type { State } from './state.ts';
import { type Windows, withIds } from './windows.ts';

const no = (error: string, more: Body = {}): Body => ({ ok: false, error, ...more });

/** Methods that the double answers itself, with the scope they need. */
const OWN: Record<string, string> = {
  'usergroups.list': 'usergroups:read',
  'usergroups.users.list': 'usergroups:read',
};

/** Methods that require the bot to be in the channel, and the name of their channel field. */
const MEMBERS_ONLY: Record<string, string> = {
  'chat.postMessage': 'channel',
  'chat.postEphemeral': 'channel',
  'chat.update': 'channel',
  'reactions.add': 'channel',
  'reactions.remove': 'channel',
  'conversations.history': 'channel',
  'conversations.replies': 'channel',
  'files.completeUploadExternal': 'channel_id',
};

/** Answers a Web API call as Slack would: itself, or through the emulator. */
export function answerCalls(state: State, windows: Windows, socketUrl: () => string) {
  const { upstream } = state;

  return async function answer(method: string, body: Body, token: string): Promise<Body> {
    if (token === '') return no('not_authed');
    if (method === 'apps.connections.open')
      return token === APP_TOKEN ? { ok: true, url: socketUrl() } : no('not_allowed_token_type');
    if (token === APP_TOKEN) return no('not_allowed_token_type');
    if (token !== BOT_TOKEN) return no('invalid_auth');

    const needed = OWN[method];
    if (needed && !state.scopes.includes(needed))
      return no('missing_scope', { needed, provided: state.scopes.join(',') });

    const faults = [...faultsIn(method, body), ...(await missingFiles(body))];
    state.faults.push(...faults.map((fault) => `${method}: ${fault}`));
    const refused = refusalOf(faults);
    if (refused)
      return no(refused, {
        response_metadata: { messages: faults.map((one) => `[ERROR] ${one}`) },
      });
    return (await stranger(method, body)) ?? (await act(method, body, upstream.asBot()));
  };

  async function act(method: string, body: Body, token: string): Promise<Body> {
    switch (method) {
      case 'usergroups.list':
        return { ok: true, usergroups: groups(body) };
      case 'usergroups.users.list': {
        const group = state.groups.get(textOf(body['usergroup']));
        return group ? { ok: true, users: group.users } : no('no_such_subteam');
      }
      case 'views.open':
      case 'views.push':
        return windows.open(method, body, token);
      case 'views.update':
        return windows.update(body, token);
      case 'views.publish':
        return windows.publish(body, token);
      case 'blocks.validate':
        return validated(body);
      case 'views.generateTriggerId':
        return no('unknown_method');
      case 'conversations.history':
      case 'conversations.replies':
        return history(state, method, body, token);
      case 'reactions.add':
        // Slack accepts an emoji's bare name.
        if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(textOf(body['name'])))
          return no('invalid_name');
        return upstream.call(method, body, token);
      case 'chat.postEphemeral': {
        const told = await upstream.call(method, body, token);
        const where = { channel: textOf(body['channel']), user: textOf(body['user']) };
        if (told['ok'] === true) ephemeral(state, where, body, textOf(told['message_ts']));
        return told;
      }
      default:
        return upstream.call(
          method,
          'blocks' in body ? { ...body, blocks: withIds(body['blocks']) } : body,
          token,
        );
    }
  }

  /** https://docs.slack.dev/reference/methods/blocks.validate: one of the three; nothing is sent. */
  function validated(body: Body): Body {
    const given = ['blocks', 'message', 'view'].filter((key) => body[key] !== undefined);
    if (given.length !== 1) return no('invalid_arguments');
    const { blocks = bodyOf(body['message'])['blocks'], view } = body;
    const home = bodyOf(view)['type'] === 'home';
    const faults = view
      ? faultsIn(home ? 'views.publish' : 'views.open', { view })
      : faultsIn('chat.postMessage', { text: 'x', blocks });
    if (!refusalOf(faults)) return { ok: true };
    const errors = faults.map((fault) => ({
      pointer: /\[json-pointer:(.*)\]/.exec(fault)?.[1] ?? '',
      code: 'failed_constraint',
      message: fault.replace(/^\w+: | \[json-pointer.*/g, ''),
    }));
    return no(`invalid_${given[0]}`, { errors });
  }

  /** Slack's error if the bot is not in the channel; the emulator lets it into public ones. */
  async function stranger(method: string, body: Body): Promise<Body | undefined> {
    const field = MEMBERS_ONLY[method];
    const channel = field === undefined ? '' : textOf(body[field]);
    if (!/^[CDG]/.test(channel)) return undefined;
    const member = await upstream.isMember(channel);
    // The existence of a private channel is hidden from a bot that is not in it.
    if (member === undefined) return no('channel_not_found');
    if (member) return undefined;
    const anywhere = method === 'chat.postMessage' && state.scopes.includes('chat:write.public');
    return anywhere ? undefined : no('not_in_channel');
  }

  async function missingFiles(body: Body): Promise<string[]> {
    const faults: string[] = [];
    for (const one of within([body['blocks'], body['view']])) {
      const file = one['slack_file'];
      if (!isBody(file)) continue;
      const id = textOf(file['id']);
      if (id === '') continue;
      const info = await upstream.call('files.info', { file: id }, upstream.asBot());
      const held = listOf([info['file']])[0];
      if (!held) faults.push(`invalid_blocks: slack_file ${id} is not there`);
      else if (!textOf(held['mimetype']).startsWith('image/'))
        faults.push(`invalid_blocks: slack_file ${id} is no image`);
    }
    return faults;
  }

  function groups(body: Body): Body[] {
    return [...state.groups].map(([id, { handle, users }]) => ({
      id,
      team_id: TEAM,
      is_usergroup: true,
      name: handle,
      handle,
      description: '',
      date_delete: 0,
      user_count: users.length,
      ...(body['include_users'] === true ? { users } : {}),
    }));
  }
}
