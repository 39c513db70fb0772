import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { digestOf } from '../../src/core/callers.ts';
import { createGatewayClient } from '../../src/serving/client.ts';
import { ROLES, roleProgram } from '../../src/supervisor/programs.ts';
import { createClient } from './raw-client.ts';
import { biased, createWorld, rows, type World } from './world.ts';

let world: World;
let opened = false;
afterEach(async () => {
  if (opened) await world.close();
  opened = false;
});

async function open(options: Parameters<typeof createWorld>[0] = {}, earliest?: Date) {
  world = await createWorld(options);
  const { sha256 } = await world.artifacts.putBytes(biased(0));
  world.registry.set(1, sha256, 'production', earliest);
  await world.gateway.start();
  opened = true;
  return createClient(world.gateway.address);
}

const one = (times: string[], ids?: string[]) =>
  rows(
    times.map(() => [1, 'AA']),
    { parameters: { times, ...(ids && { ids }) } },
  );

describe('serving/gateway: times', () => {
  it.each([
    '2001-02-30T00:00:00Z',
    '2001-04-31T12:00:00+02:00',
    '1900-02-29T00:00:00Z',
    '2001-13-01T00:00:00Z',
    '2001-00-10T00:00:00Z',
    '2001-01-00T00:00:00Z',
    '2001-01-01T24:00:00Z',
    '2001-01-01T23:60:00Z',
    '2001-01-01T00:00:00+25:00',
    `2001-01-01T00:00:00.${'1'.repeat(1000)}Z`,
  ])('refuses %s, which is no time', async (time) => {
    await open();
    const { status, body } = await world.infer(one([time]));
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: expect.stringContaining('expected a time like') });
  });

  it('takes 29 February of a leap year', async () => {
    await open();
    expect((await world.infer(one(['2000-02-29T23:59:59.999Z']))).status).toBe(200);
  });

  it('refuses what is before the data of the version that answers, and names the setting', async () => {
    const earliest = new Date('2001-01-01');
    await open({}, earliest);
    const { status, body } = await world.infer(one(['2000-12-31T23:59:59Z']));
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: expect.stringContaining('predictions.not_before') });
    expect((await world.infer(one(['2001-01-01T00:00:00Z']))).status).toBe(200);
  });

  it('refuses more than some minutes ahead', async () => {
    await open({ clock: { now: () => new Date('2001-01-01T12:00:00Z') } });
    expect((await world.infer(one(['2001-01-01T12:05:00Z']))).status).toBe(200);
    expect((await world.infer(one(['2001-01-01T12:05:01Z']))).status).toBe(400);
  });

  it('refuses rows from many hours in one request, each of which would become a profile', async () => {
    await open({ times: { aheadMs: 0, hoursPerRequest: 3 } });
    const hours = (count: number) =>
      Array.from({ length: count }, (_, hour) => `2001-01-01T0${hour}:30:00Z`);
    expect((await world.infer(one([...hours(3), '2001-01-01T00:45:00Z']))).status).toBe(200);
    const { status, body } = await world.infer(one(hours(4)));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: expect.stringMatching(/4 different hours, allowed are 3/),
    });
  });
});

describe('serving/gateway: ids and labels', () => {
  const infer = async (id: string, distance: number) =>
    (await world.infer(rows([[distance, 'AA']], { parameters: { ids: [id] } }))).body;

  it('says that an id comes again with other inputs, and nothing of a retry', async () => {
    await open();
    for (let time = 0; time < 2; time += 1)
      expect(await infer('a', 1)).toMatchObject({ parameters: { deployment: 'deployment-1' } });
    expect(JSON.stringify(await infer('a', 1))).not.toContain('repeated');
    expect(await infer('a', 2)).toMatchObject({
      parameters: { repeated: 1, note: expect.stringContaining('"a"') },
    });
  });

  it('refuses labels that are neither 0 nor 1, and both at once, with the row', async () => {
    await open();
    const send = (...labels: unknown[]) =>
      world.request('/v2/models/flights/labels', {
        labels: labels.map((label) => ({ id: 'a', label })),
      });
    for (const label of [2, -1, 0.5, true, null, '1', [1]])
      expect(await send(1, label)).toEqual({
        status: 400,
        body: { error: expect.stringMatching(/label .* in row 1, expected 0 or 1/) },
      });
    expect(await send(1, 0)).toMatchObject({ status: 400 });
    expect(await send(1, 1)).toMatchObject({ status: 200, body: { accepted: 2 } });
  });

  it('keeps labels apart whose ids it does not know, and counts them in the answer', async () => {
    await open();
    await infer('a', 1);
    const labels = [
      { id: 'a', label: 1 },
      { id: 'b', label: 1 },
    ];
    expect(await world.request('/v2/models/flights/labels', { labels })).toEqual({
      status: 200,
      body: { accepted: 2, unknown: 1, note: expect.stringContaining('"b"') },
    });
    expect(
      await world.request('/v2/models/flights/labels', { labels: labels.slice(0, 1) }),
    ).toEqual({ status: 200, body: { accepted: 1 } });
  });
});

describe('serving/gateway: callers', () => {
  const names = ['models.internal'];
  it.each<[string, Record<string, string>, number]>([
    ['a name of somebody else', { host: 'evil.example' }, 403],
    ['a name of somebody else that begins like ours', { host: '127.0.0.1.evil.example' }, 403],
    ['no name that can be read', { host: 'a b' }, 403],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['our own name', { host: 'localhost:4681' }, 200],
    ['a name that is set', { host: 'Models.Internal' }, 200],
    ['an address', { host: '10.1.2.3:80' }, 200],
    ['an address of version 6', { host: '[fd00::1]:80' }, 200],
  ])('%s', async (_, headers, status) => {
    const send = await open({ guard: { names } });
    const answer = await send({ path: '/v2/health/live', headers });
    expect(answer.status).toBe(status);
  });

  it('requires the token for everything except health, and never reveals it', async () => {
    const token = 'a-token-of-this-test';
    const send = await open({ guard: { tokenDigest: digestOf(token) } });
    const body = JSON.stringify(rows([[1, 'AA']]));
    const paths: [string, string?][] = [
      ['/v2'],
      ['/v2/models/flights'],
      ['/v2/models/flights/ready'],
      ['/v2/models/flights/live'],
      ['/v2/models/flights/infer', body],
      ['/v2/models/flights/labels', '{"labels":[{"id":"a","label":1}]}'],
    ];
    for (const [path, content] of paths) {
      const given = content === undefined ? { path } : { path, body: content };
      for (const authorization of ['', 'Bearer', 'Bearer a-token-of-this-tesT', `Basic ${token}`]) {
        const refused = await send({ ...given, headers: { authorization } });
        expect(refused.status, `${path} ${authorization}`).toBe(401);
        expect(refused.text).not.toContain(token);
      }
      const answer = await send({ ...given, headers: { authorization: `Bearer ${token}` } });
      expect(answer.status, path).toBe(200);
    }
    for (const path of ['/v2/health/live', '/v2/health/ready'])
      expect((await send({ path })).status).toBe(200);
    expect(world.problems).toEqual([]);
  });

  it('is asked by our own client with the token', async () => {
    const token = 'a-token-of-this-test';
    await open({ guard: { tokenDigest: digestOf(token) } });
    const endpoint = { model: 'flights', environment: 'production' };
    const ours = (given?: string) =>
      createGatewayClient({ url: world.gateway.address, token: given, first: 'production' });
    const answer = { version: 1, deployment: 'deployment-1' };
    expect(await ours(token).serving(endpoint)).toEqual(answer);
    expect(await ours().serving(endpoint)).toBeUndefined();
    world.registry.set(2, '0'.repeat(64));
    const problem = () => ours(token).problem(endpoint);
    await expect.poll(problem, { timeout: 60_000 }).toMatchObject({ version: 2 });
  });

  it.each([
    ['headers', 'POST /v2/models/flights/infer HTTP/1.1\r\nhost: localhost\r\nx: '],
    [
      'a body',
      'POST /v2/models/flights/infer HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    ],
  ])('closes %s that never ends, and answers others meanwhile', async (_, begin) => {
    await open({ requestMs: 300 });
    const { port, hostname } = new URL(world.gateway.address);
    const slow = Array.from({ length: 50 }, () => connect(Number(port), hostname));
    const said = slow.map((socket) => text(socket).catch(() => ''));
    for (const socket of slow) socket.write(begin);
    expect((await world.infer(rows([[1, 'AA']]))).status).toBe(200);
    await Promise.all(slow.map((socket) => socket.closed || once(socket, 'close')));
    for (const answer of await Promise.all(said)) expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/);
  });

  it.each([
    'transfer-encoding: chunked\r\ncontent-length: 4',
    'content-length: 4\r\ncontent-length: 5',
    'content-length: +4',
    'transfer-encoding: chunked, identity',
    'content-length : 4',
  ])('refuses a request of two minds about its length: %j', async (headers) => {
    await open();
    const { port, hostname } = new URL(world.gateway.address);
    const socket = connect(Number(port), hostname);
    const inside = 'GET /v2/models/flights/live HTTP/1.1\r\nhost: localhost\r\n\r\n';
    socket.write(
      `POST /v2/models/flights/infer HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${headers}\r\n\r\n0\r\n\r\n${inside}`,
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

it('gives the token to the roles that ask the gateway, and not by their environment', () => {
  const environment = { WHEELHOUSE_INFERENCE_TOKEN: 'a-token-of-this-test' };
  const servers = {
    redisUrl: 'r',
    mongodbUri: 'm',
    token: 't',
    environment,
    ofAdapters: [],
    ofTargets: [],
  };
  const given = ROLES.filter((role) => {
    const { env, secrets } = roleProgram(role, readSettings({}), servers);
    expect(JSON.stringify(env)).not.toContain('a-token-of-this-test');
    return secrets?.['WHEELHOUSE_INFERENCE_TOKEN'] !== undefined;
  });
  expect(given).toEqual(['serve', 'worker', 'bot']);
});
