import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpAdapters } from '../../../src/platforms/http/adapters.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { ADA, makeAdapters, PNG, SECRET, sha256, TOKEN } from '../terminal/open-adapters.ts';

describe('platforms/http, the guard', () => {
  let adapters: HttpAdapters;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'page-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<title>Wheelhouse</title>');
    await writeFile(join(folder, 'assets', 'page-1a2b.js'), '1');
    const options = { pageDir: folder, publicUrl: 'https://bot.example', identities: ADA };
    adapters = makeAdapters(memoryChatLog(), options);
    await adapters.start(scriptedDispatch({}));
  });
  afterAll(async () => {
    await adapters.stop();
    await rm(folder, { recursive: true });
  });

  /** `fetch` does not allow a false host. */
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET', body = '') =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
      (resolve, reject) => {
        const { hostname, port } = new URL(adapters.url());
        const asked = request({ hostname, port, path, method, headers }, (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
        });
        asked.on('error', reject).end(body);
      },
    );
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const json = { 'content-type': 'application/json' };

  it('lets the token in by a header', async () => {
    expect((await get('/api/session', bearer)).status).toBe(200);
  });

  it.each([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer another-token-0000000' }],
    ['the beginning of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['the token as a cookie', { cookie: `wheelhouse_1=${TOKEN}` }],
  ])('keeps out who brings %s', async (_what, headers) => {
    const { status, text } = await get('/api/session', headers);
    expect(status).toBe(401);
    expect(text).toContain('token is missing or wrong');
  });

  it('does not let an encoded path slip past', async () => {
    expect((await get('/%61pi/session')).status).toBe(401);
  });

  it('takes the token from the address once, for a cookie that scripts cannot read', async () => {
    const { status, headers } = await get(`/?token=${TOKEN}`);
    expect(status).toBe(303);
    expect(headers['location']).toBe('/');
    const line = String(headers['set-cookie']);
    const port = new URL(adapters.url()).port;
    expect(line).toMatch(new RegExp(`^wheelhouse_${port}=.*; HttpOnly; SameSite=Strict`));
    expect(line).not.toContain(TOKEN);
    const cookie = line.split(';')[0] ?? '';
    expect((await get('/api/session', { cookie })).status).toBe(200);
    expect((await get('/api/session', { cookie: `${cookie}x` })).status).toBe(401);
  });

  it('gives no cookie for a wrong token', async () => {
    const { status, headers } = await get('/?token=another-token-0000000');
    expect(status).toBe(401);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it.each([
    'evil.example',
    'evil.example:4680',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
  ])('does not answer to the name %s', async (host) => {
    expect((await get('/api/session', { ...bearer, host })).status).toBe(403);
  });

  it.each(['localhost:4680', '127.0.0.1', '[::1]:4680', 'bot.example'])(
    'answers to the name %s',
    async (host) => {
      expect((await get('/api/session', { ...bearer, host })).status).toBe(200);
    },
  );

  it('refuses requests from pages of other sites', async () => {
    const host = 'localhost:4680';
    const from = (origin: string) => get('/api/session', { ...bearer, host, origin });
    expect((await from('http://evil.example')).status).toBe(403);
    expect((await from('http://localhost:9999')).status).toBe(403);
    expect((await from('null')).status).toBe(403);
    expect((await from(`http://${host}`)).status).toBe(200);
  });

  it('takes JSON only', async () => {
    const say = JSON.stringify({ id: 'say-00001', as: 'ada', channel: 'flights', text: 'hi' });
    const post = (type: string) =>
      get('/api/say', { ...bearer, 'content-type': type }, 'POST', say);
    expect((await post('text/plain')).status).toBe(415);
    expect((await post('application/x-www-form-urlencoded')).status).toBe(415);
    expect((await post('application/json')).status).toBe(200);
  });

  it('refuses what is too large', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(70_000) });
    expect((await get('/api/say', { ...bearer, ...json }, 'POST', body)).status).toBe(413);
  });

  it('reports an invalid request in one line', async () => {
    const body = JSON.stringify({ id: 'x', as: 'ada', channel: 'flights', text: 'hi' });
    const { status, text } = await get('/api/say', { ...bearer, ...json }, 'POST', body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({
      error: 'The request is not valid: id: must be 8 to 64 letters, digits, - or _.',
    });
  });

  it('allows nobody to act as someone else', async () => {
    const body = JSON.stringify({ id: 'say-00002', as: 'bob', channel: 'flights', text: 'hi' });
    const { status, text } = await get('/api/say', { ...bearer, ...json }, 'POST', body);
    expect(status).toBe(403);
    expect(text).toContain('may not act as');
  });

  it('sends headers that keep the page to itself', async () => {
    for (const path of ['/', '/healthz', '/api/session', '/nowhere']) {
      const { headers } = await get(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('serves only the page and its parts', async () => {
    expect((await get('/')).text).toContain('<title>Wheelhouse</title>');
    const { status, headers } = await get('/assets/page-1a2b.js');
    expect([status, headers['cache-control']]).toEqual([200, 'max-age=31536000, immutable']);
    expect((await get('/../../package.json')).status).toBe(403);
    expect((await get('/%2e%2e/%2e%2e/etc/passwd')).status).toBe(403);
    expect((await get('/package.json')).status).toBe(404);
  });

  it('answers health checks without a session', async () => {
    expect(JSON.parse((await get('/healthz')).text)).toEqual({ ok: true, version: '0.1.0' });
  });

  it('serves pictures by their hash, and nothing else from that store', async () => {
    const picture = await get(`/api/pictures/${sha256(PNG)}`, bearer);
    expect(picture.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect((await get(`/api/pictures/${sha256(PNG)}`)).status).toBe(401);
    expect((await get(`/api/pictures/${sha256(SECRET)}`, bearer)).status).toBe(404);
    expect((await get(`/api/pictures/${'0'.repeat(64)}`, bearer)).status).toBe(404);
    expect((await get('/api/pictures/..%2f..%2fsecret', bearer)).status).toBe(400);
  });

  it('says what is wrong when the port is taken', async () => {
    const port = Number(new URL(adapters.url()).port);
    const second = makeAdapters(memoryChatLog(), { port });
    await expect(second.start(scriptedDispatch({}))).rejects.toMatchObject({
      message: `Port ${port} is taken by another program.`,
      next: 'Stop it, or choose another with WHEELHOUSE_PORT.',
    });
    await second.stop();
  });

  it('does not start with a token that anybody could guess', () => {
    expect(() => makeAdapters(memoryChatLog(), { token: 'short' })).toThrow('too short');
  });
});
