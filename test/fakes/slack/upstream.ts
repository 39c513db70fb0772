import { createEmulator } from 'emulate';
import { type Body, listOf, parseBody, textOf } from './json.ts';
import {
  BOT_NAME,
  BOT_USER,
  CALLS_PER_GUISE,
  guise,
  INSIDE,
  OBSERVER,
  seedOf,
  userToken,
  type Workspace,
} from './seed.ts';

/** The emulator behind the double, and the names in it. */
export interface Upstream {
  url: string;
  /** Calls with `token`; returns the answer unchanged, `ok: false` included. */
  call(method: string, body: Body, token: string): Promise<Body>;
  /** Like `call`, for the double's own calls. @throws Error if Slack would refuse */
  must(method: string, body: Body, token?: string): Promise<Body>;
  /** The bot's token at the emulator. */
  asBot(): string;
  /** IDs by name. @throws Error if there is none */
  user(name: string): string;
  channel(name: string): string;
  nameOf(id: string): string;
  tokenOf(user: string): string;
  isMember(channel: string): Promise<boolean | undefined>;
  close(): Promise<void>;
}

export async function openUpstream(workspace: Workspace, front: string): Promise<Upstream> {
  const port = Number(new URL(front).port);
  const emulator = await startBeside(port, workspace, front);
  const { url } = emulator;
  let calls = 0;

  async function call(method: string, body: Body, token: string): Promise<Body> {
    const answer = await fetch(`${url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (answer.status === 404) return { ok: false, error: 'unknown_method' };
    return parseBody(text, `the emulator's answer to ${method} (${answer.status})`);
  }
  async function must(method: string, body: Body, token = INSIDE): Promise<Body> {
    const answer = await call(method, body, token);
    if (answer['ok'] !== true)
      throw new Error(`${method} ${JSON.stringify(body)}: ${textOf(answer['error'])}`);
    return answer;
  }

  const people = listOf((await must('users.list', { limit: 1000 }, OBSERVER))['members']);
  const rooms = listOf(
    (
      await must(
        'conversations.list',
        { limit: 1000, types: 'public_channel,private_channel' },
        OBSERVER,
      )
    )['channels'],
  );
  const ids = new Map(people.map((one) => [textOf(one['name']), textOf(one['id'])]));
  ids.set('bot', BOT_USER);
  const channels = new Map(rooms.map((one) => [textOf(one['name']), textOf(one['id'])]));
  const names = new Map([...ids, ...channels].map(([name, id]) => [id, name]));
  names.set(BOT_USER, BOT_NAME);
  const find = (kind: string, map: Map<string, string>) => (name: string) => {
    const id = map.get(name);
    if (id === undefined) throw new Error(`no ${kind} "${name}" was seeded`);
    return id;
  };
  const user = find('user', ids);
  const channel = find('channel', channels);

  // The emulator puts every user seeded before a channel into it, and the bot into none.
  for (const [name, { members }] of Object.entries(workspace.channels)) {
    const room = channel(name);
    const wanted = members.map(user);
    const { members: found } = await must('conversations.members', { channel: room }, OBSERVER);
    const present = Array.isArray(found) ? found.map(textOf) : [];
    for (const handle of workspace.users) {
      const id = user(handle);
      if (!wanted.includes(id) && present.includes(id))
        await must('conversations.kick', { channel: room, user: id }, OBSERVER);
    }
    const missing = wanted.filter((id) => !present.includes(id));
    if (missing.length > 0)
      await must('conversations.invite', { channel: room, users: missing.join(',') }, OBSERVER);
  }

  return {
    url,
    call,
    must,
    user,
    channel,
    asBot: () => guise(Math.floor(calls++ / CALLS_PER_GUISE)),
    nameOf: (id) => names.get(id) ?? id,
    tokenOf: (id) => userToken(names.get(id) ?? id),
    async isMember(id) {
      const info = await call('conversations.info', { channel: id }, INSIDE);
      if (info['ok'] !== true) return undefined;
      const room = listOf([info['channel']])[0];
      return room?.['is_im'] === true || room?.['is_member'] === true;
    },
    close: () => emulator.close(),
  };
}

/** The emulator does not report the port it got for 0, so it is given one near the double's own. */
async function startBeside(port: number, workspace: Workspace, front: string) {
  for (let tried = 1; ; tried += 1) {
    const beside = 20_000 + ((port + tried * 7919) % 40_000);
    try {
      const emulator = await createEmulator({
        service: 'slack',
        port: beside,
        hostname: '127.0.0.1',
        baseUrl: front,
        seed: seedOf(workspace),
      });
      return { url: `http://127.0.0.1:${beside}`, close: () => emulator.close() };
    } catch (error) {
      if (tried >= 20) throw new Error('starting the emulator: no port was free', { cause: error });
    }
  }
}
