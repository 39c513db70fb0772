import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modelsOf } from '../../../../config/models.ts';
import type { HookCall } from '../../../../src/core/ports/hook-calls.ts';
import { createDataHooks } from '../../../../src/data/receive.ts';
import { hook } from '../../../../src/data/sources/hook/index.ts';
import { dataHookRoutes } from '../../../../src/platforms/http/data-hooks.ts';
import { answerFaults } from '../../../../src/platforms/http/faults.ts';
import { guardEverything } from '../../../../src/platforms/http/guard.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { createPrograms } from '../../../../src/training/process.ts';
import { openLibrary } from '../../../registry/server.ts';
import { flights } from '../../../training/spec.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const CSV = 'distance,late\n100,0\n';
const SETTINGS = { kind: 'hook', path: 'new', secret_env: 'FLIGHTS_HOOK_SECRET', max_kb: 4 };
const source = { name: 'pushed', ...hook.schema.parse({ ...SETTINGS, per_minute: 20 }) };

let library: Awaited<ReturnType<typeof openLibrary>>;
let root = '';
let url = '';
let app: ReturnType<typeof fastify>;
let looks: string[];
let secret: string | undefined = SECRET;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-hook-'));
  await mkdir(join(root, 'new'));
  looks = [];
  secret = SECRET;
  await library.registry.hookCalls.prune(new Date(8e15));
  const models = modelsOf([
    { ...flights, folder: root, data: [source] },
    { ...flights, name: 'delay', folder: root },
  ]);
  app = fastify({ bodyLimit: 64 * 1024 });
  guardEverything(app, undefined);
  answerFaults(app, undefined);
  const hooks = createDataHooks({
    ...{ models, calls: library.registry.hookCalls, now: library.clock.now },
    secret: (name) => (name === 'FLIGHTS_HOOK_SECRET' ? secret : undefined),
    lookNow: async (model, name, call) => void looks.push(`${model}/${name}/${call}`),
  });
  dataHookRoutes(app, hooks, library.clock.now);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.addresses()[0];
  url = `http://127.0.0.1:${address?.port}/hooks/data`;
});
afterEach(async () => {
  await app.close();
  await rm(root, { recursive: true, force: true });
});

let messages = 0;
function newId(): string {
  messages += 1;
  return `msg_${messages}`;
}

/** A call signed by the reference library. */
async function post(
  body: string | Buffer,
  {
    id = newId(),
    type = 'text/csv',
    model = 'flights',
    at = library.clock.now(),
    by = SECRET,
    headers = {},
  }: {
    id?: string;
    type?: string;
    model?: string;
    at?: Date;
    by?: string;
    headers?: Record<string, string>;
  } = {},
) {
  const response = await fetch(`${url}/${model}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': type,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(by).sign(id, at, String(body)),
      ...headers,
    },
  });
  return {
    status: response.status,
    ...Object(await response.json()),
    wait: response.headers.get('retry-after'),
  };
}
const announce = (path: unknown) => post(JSON.stringify({ path }), { type: 'application/json' });
const calls = (): Promise<HookCall[]> =>
  library.registry.hookCalls.list('flights', 'pushed', new Date(0));

async function offered() {
  const runFolders = createRunFolders(join(root, 'runs'));
  const { files } = await hook.look(source, {
    ...{ model: { ...flights, folder: root }, source: 'pushed', runFolders },
    ...{ programs: createPrograms(runFolders), now: library.clock.now, secret: () => undefined },
    ...{ home: root, hookCalls: library.registry.hookCalls, signal: new AbortController().signal },
  });
  return files.map(({ name, isWhole }) => `${name}${isWhole ? '' : ', perhaps not whole'}`);
}

describe('POST /hooks/data/MODEL', () => {
  it('stores a body, lets a worker look, and the worker puts it into the folder', async () => {
    expect(await post(CSV, { id: 'msg_a' })).toMatchObject({
      ...{ status: 202, file: 'posted/msg_a.csv', repeated: false },
    });
    expect(looks).toEqual(['flights/pushed/msg_a']);
    for (const _ of [1, 2]) expect(await offered()).toEqual(['new/posted/msg_a.csv']);
    expect(await readFile(join(root, 'new/posted/msg_a.csv'), 'utf8')).toBe(CSV);
    expect(await calls()).toMatchObject([{ isWaiting: false }]);
  });

  it('takes a repeated call once, also at the same moment, and no other content under its ID', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => post(CSV, { id: 'msg_b' })));
    expect(answers.map(({ repeated }) => repeated).toSorted()).toEqual([false, true, true]);
    expect(await post(`${CSV}1,1\n`, { id: 'msg_b' })).toMatchObject({ status: 409 });
    expect(await calls()).toHaveLength(1);
    await offered();
    expect(await post(CSV, { id: 'msg_b' })).toMatchObject({ status: 202, repeated: true });
    expect(await offered()).toEqual(['new/posted/msg_b.csv']);
  });

  it('is announced a file, which may come later', async () => {
    expect(await announce('2001/07.parquet')).toMatchObject({ status: 202 });
    expect(await offered()).toEqual([]);
    await mkdir(join(root, 'new/2001'));
    await writeFile(join(root, 'new/2001/07.parquet'), 'PAR1');
    await writeFile(join(root, 'new/not-announced.csv'), CSV);
    expect(await offered()).toEqual(['new/2001/07.parquet, perhaps not whole']);
  });

  it.each([
    ...['../secret.csv', '/etc/passwd.csv', 'a/../../b.csv', 'posted/x.csv', './a.csv', 'a//b.csv'],
    ...[
      'notes.txt',
      '.hidden.csv',
      'a/_tmp/b.csv',
      'a.csv.tmp',
      'a\u0000.csv',
      'a\\..\\b.csv',
      '',
      7,
    ],
  ])('refuses to be announced %j', async (path) => {
    expect(await announce(path)).toMatchObject({ status: 400 });
    expect(await calls()).toEqual([]);
  });

  it('follows no link out of the folder', async () => {
    await writeFile(join(root, 'secret.csv'), CSV);
    await symlink(join(root, 'secret.csv'), join(root, 'new/link.csv'));
    await symlink(root, join(root, 'new/up'));
    await announce('link.csv');
    await announce('up/secret.csv');
    expect(await offered()).toEqual([]);
  });

  it('reads a folder that is itself reached by a link', async () => {
    await rm(join(root, 'new'), { recursive: true });
    await mkdir(join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(root, 'new'));
    await post(CSV, { id: 'msg_c' });
    expect(await offered()).toEqual(['new/posted/msg_c.csv']);
  });

  it.each<[string, () => ReturnType<typeof post>, number]>([
    [
      'another secret',
      () => post(CSV, { by: `whsec_${Buffer.alloc(24, 8).toString('base64')}` }),
      401,
    ],
    ['a model without a hook', () => post(CSV, { model: 'delay' }), 401],
    ['an unknown model', () => post(CSV, { model: '__proto__' }), 401],
    [
      'an old time',
      () => post(CSV, { at: new Date(library.clock.now().getTime() - 301_000) }),
      401,
    ],
    ['no signature', () => post(CSV, { headers: { 'webhook-signature': '' } }), 401],
    ['an ID with a path', () => post(CSV, { id: '../../x' }), 401],
    ['another type', () => post('x', { type: 'text/html' }), 415],
    ['nothing in it', () => post(''), 400],
    ['too much in it', () => post('x'.repeat(4097)), 413],
    [
      'a page of another site',
      () => post(CSV, { headers: { origin: 'https://evil.example' } }),
      403,
    ],
  ])('refuses %s, and stores nothing', async (_, call, status) => {
    expect(await call()).toMatchObject({ status, error: expect.stringMatching(/\.$/) });
    expect(await calls()).toEqual([]);
    expect(looks).toEqual([]);
  });

  it('stops reading what is too large, whatever its length says', async () => {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    const now = Math.floor(library.clock.now().getTime() / 1000);
    socket.write(
      `POST /hooks/data/flights HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nwebhook-id: a\r\nwebhook-timestamp: ${now}\r\nwebhook-signature: v1,x\r\n\r\n`,
    );
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const answer = await new Promise<string>((done) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => done(String(data)));
      for (let left = 8; left > 0; left -= 1) socket.write(chunk);
    });
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('takes so many calls a minute, and counts none that is not signed', async () => {
    for (let left = 25; left > 0; left -= 1)
      await post(CSV, { by: `whsec_${Buffer.alloc(24, 8).toString('base64')}` });
    for (let left = 20; left > 0; left -= 1) expect(await post(CSV)).toMatchObject({ status: 202 });
    expect(await post(CSV)).toMatchObject({ status: 429, wait: '60' });
    library.clock.forward(61);
    expect(await post(CSV)).toMatchObject({ status: 202 });
  });

  it('takes no more bodies than a worker keeps up with', async () => {
    expect(await post(CSV, { id: 'msg_e' })).toMatchObject({ status: 202, repeated: false });
    const about = { model: 'flights', source: 'pushed', at: library.clock.now() };
    const body = { sha256: 'a'.repeat(64), bytes: CSV.length, kind: 'posted' } as const;
    const waiting = Array.from({ length: 99 }, (_, at) => ({
      ...{ ...about, ...body, id: `call-${at}`, file: `posted/${at}.csv` },
    }));
    await Promise.all(
      waiting.map((call) => library.registry.hookCalls.add(call, Buffer.from(CSV))),
    );
    expect(await post(CSV)).toMatchObject({ status: 503, wait: '60' });
    // Calls that came before the others are known, however many wait.
    expect(await post(CSV, { id: 'msg_e' })).toMatchObject({ status: 202, repeated: true });
    expect(await post(`${CSV}1,1\n`, { id: 'msg_e' })).toMatchObject({ status: 409 });
    expect(await announce('a.csv')).toMatchObject({ status: 202 });
    await offered();
    expect(await post(CSV)).toMatchObject({ status: 202 });
  });

  it('takes nothing without a secret, or with one that could be guessed', async () => {
    for (const weak of [undefined, 'short', 'whsec_AAAA']) {
      secret = weak;
      expect(await post(CSV, { by: SECRET })).toMatchObject({ status: 503 });
    }
  });

  it('keeps what the worker may not write, and says so', async ({ skip }) => {
    if (process.getuid?.() === 0) await writeFile(join(root, 'new/posted'), 'a file is in the way');
    else await chmod(join(root, 'new'), 0o555);
    if (process.platform === 'win32') return skip();
    await post(CSV, { id: 'msg_d' });
    await expect(offered()).rejects.toThrow(/Storing posted\/msg_d\.csv, which was posted for/);
    expect(await calls()).toMatchObject([{ isWaiting: true }]);
    await rm(join(root, 'new/posted'), { force: true });
    await chmod(join(root, 'new'), 0o755);
    expect(await offered()).toEqual(['new/posted/msg_d.csv']);
  });

  it('answers to no other host name', async () => {
    const call = { method: 'POST', url: '/hooks/data/flights', payload: CSV } as const;
    const answered = await app.inject({ ...call, headers: { host: 'evil.example' } });
    expect(answered.statusCode).toBe(403);
  });

  it('answers a GET with nothing', async () => {
    expect((await fetch(`${url}/flights`)).status).toBe(404);
  });
});
