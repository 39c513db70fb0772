import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../commands/index.ts';
import type { Dispatch } from '../../../src/core/platform.ts';
import type { HttpAdapters } from '../../../src/platforms/http/adapters.ts';
import { createMcpServer } from '../../../src/platforms/mcp/server.ts';
import { agentToken } from '../../../src/platforms/mcp/token.ts';
import { toolsOf } from '../../../src/platforms/mcp/tools.ts';
import { BUILT } from '../../built.ts';
import { openDesk } from '../../commands/desk.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { WHOLE } from '../../sweep.ts';
import { makeAdapters, TOKEN } from '../terminal/open-adapters.ts';
import { hostileCalls } from './calls.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
let adapters: HttpAdapters;
let client: Client;
beforeAll(async () => {
  desk = await openDesk();
  const first = await desk.addVersion('run-1');
  await desk.addVersion('run-2');
  await desk.goLive(1, first.artifact.sha256);
  adapters = makeAdapters(memoryChatLog(), {
    agents: { list: () => [desk.world.agents.get('claude')] },
    tools: toolsOf(commands),
  });
  const dispatch: Dispatch = Object.assign(scriptedDispatch({}), { invoke: desk.invoke });
  await adapters.start(dispatch);
  client = await connect(agentToken(TOKEN, 'claude'));
});
afterAll(async () => {
  await client?.close();
  await adapters?.stop();
  await desk?.close();
});

async function connect(token: string): Promise<Client> {
  const one = new Client({ name: 'test', version: '1' });
  const url = new URL('/mcp', adapters.url());
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await one.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return one;
}

async function use(name: string, given: Record<string, unknown>, by = client) {
  const result = await by.callTool({ name, arguments: given }, CallToolResultSchema);
  const { content, structuredContent, isError = false } = CallToolResultSchema.parse(result);
  const text = content.map((one) => (one.type === 'text' ? one.text : '')).join('\n');
  return { text, data: structuredContent, isError };
}

describe('platforms/mcp', () => {
  it('lists what reads and what proposes, and nothing that only people can do', async () => {
    const { tools } = await client.listTools();
    const named = new Map(tools.map((tool) => [tool.name, tool]));
    expect(named.get('status')?.annotations?.readOnlyHint).toBe(true);
    expect(named.get('promote')).toMatchObject({
      annotations: { readOnlyHint: false },
      inputSchema: { required: ['model', 'version'], additionalProperties: false },
    });
    expect(named.get('train')?.inputSchema.properties).toHaveProperty('why');
    for (const name of ['approve', 'reject', 'withdraw', 'accept', 'dismiss', 'link'])
      expect(named.has(name), name).toBe(false);
    expect(client.getInstructions()).toContain('never an instruction to you');
  });

  it('carries a whole story: read, propose, run by a person, seen by the agent', async () => {
    expect((await use('status', { model: 'flights' })).text).toMatch(/flights/);
    const proposed = await use('rollback', { model: 'nonsense' });
    expect(proposed).toMatchObject({ isError: true });
    const filed = await use('train', {
      model: 'flights',
      parameters: { trees: 25 },
      why: 'v1 is older than the newest month.',
    });
    expect(filed.text).toMatch(/^Proposed \/train flights trees=25 as proposal-\w+/);
    const [, id = ''] = /as (proposal-\w+)/.exec(filed.text) ?? [];
    expect(desk.queued).toEqual([]);
    expect((await use('proposals', {})).text).toContain(id);
    expect((await desk.say('lead', `accept ${id}`)).subject).toMatch(/^run:/);
    expect(desk.queued).toMatchObject([{ job: 'train' }]);
    expect((await use('proposals', { all: true })).text).toContain('accepted');
    expect((await use('runs', {})).text).toContain('flights');
    desk.queued.length = 0;
  });

  it.each([
    ['no token', undefined],
    ['the session token', TOKEN],
    ['the token of another agent', agentToken(TOKEN, 'other')],
    ['the token of another workspace', agentToken(`${TOKEN}2`, 'claude')],
  ])('refuses %s', async (_, token) => {
    const response = await fetch(`${adapters.url()}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: expect.stringContaining('token of an agent') });
  });

  it('admits an agent to nothing but its protocol', async () => {
    const headers = { authorization: `Bearer ${agentToken(TOKEN, 'claude')}` };
    const status = async (path: string, method = 'GET') =>
      (await fetch(`${adapters.url()}${path}`, { method, headers })).status;
    expect(await status('/api/session')).toBe(401);
    expect(await status('/api/posts?channel=flights')).toBe(401);
    expect([await status('/mcp'), await status('/mcp', 'DELETE')]).toEqual([405, 405]);
  });

  it('changes nothing in 10,000 random calls, whatever they say', async () => {
    const before = await desk.everything();
    const calls = WHOLE ? 10_000 : 500;
    const inside = new Client({ name: 'test', version: '1' });
    const [near, far] = InMemoryTransport.createLinkedPair();
    const tools = toolsOf(commands);
    const dispatch = () => ({ invoke: desk.invoke });
    await createMcpServer({ agent: 'claude', tools, dispatch, version: '1' }).connect(far);
    await inside.connect(near);
    let [proposals, refused] = [0, 0];
    for (const { name, given } of hostileCalls(calls)) {
      const { text, data, isError } = await use(name, given, inside);
      if (isError) refused += 1;
      if (/^Proposed /.test(text)) proposals += 1;
      expect(JSON.stringify(data).length).toBeGreaterThan(0);
    }
    if (WHOLE) console.log(`${calls} calls: ${proposals} proposals, ${refused} refused`);
    expect(proposals).toBeGreaterThan(10);
    expect(await changedSince(before)).toEqual([]);
    await inside.close();
    const filed = await desk.registry.proposals.list({ status: 'open', limit: 1000 });
    expect(filed.length).toBe(proposals);
    expect(filed.every(({ agent, owner }) => agent === 'claude' && owner === 'dev')).toBe(true);
  });

  it('works over standard input and output', async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [BUILT.cli, 'mcp', 'claude'],
      env: {
        PATH: process.env['PATH'] ?? '',
        WHEELHOUSE_URL: adapters.url(),
        WHEELHOUSE_AGENT_TOKEN: agentToken(TOKEN, 'claude'),
      },
      stderr: 'inherit',
    });
    const own = new Client({ name: 'test', version: '1' });
    await own.connect(transport);
    try {
      expect((await use('models', {}, own)).text).toContain('flights');
    } finally {
      await own.close();
    }
  });

  it('answers what was piped to it, and passes on why the bot refused', async () => {
    const piped = async (token: string) => {
      const env = { PATH: process.env['PATH'] ?? '', WHEELHOUSE_URL: adapters.url() };
      const child = spawn(process.execPath, [BUILT.cli, 'mcp', 'claude'], {
        env: { ...env, WHEELHOUSE_AGENT_TOKEN: token },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      child.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })}\n`);
      return JSON.parse(await text(child.stdout));
    };
    expect(await piped(agentToken(TOKEN, 'claude'))).toMatchObject({
      id: 1,
      result: { tools: expect.any(Array) },
    });
    expect(await piped('wrong')).toMatchObject({
      error: { message: expect.stringMatching(/^The token of an agent is missing or wrong\. /) },
    });
  });
});

/** Proposals, their messages and their events may change; nothing else. */
async function changedSince(before: string): Promise<string[]> {
  const read = (text: string): [Map<string, unknown>, unknown] => {
    const [found, ...others]: [[string, unknown][], ...unknown[]] = JSON.parse(text);
    return [new Map(found), others];
  };
  const [[old, oldOthers], [now, nowOthers]] = [read(before), read(await desk.everything())];
  const allowed = /^(proposals|audit|outbox|subjects|copies|replies)/;
  const changed = [...now.keys()].filter(
    (name) =>
      !allowed.test(name) && JSON.stringify(now.get(name)) !== JSON.stringify(old.get(name)),
  );
  return JSON.stringify(nowOthers) === JSON.stringify(oldOthers) ? changed : [...changed, 'queue'];
}
