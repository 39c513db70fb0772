import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/callers.ts';
import { Unreachable } from '../../src/core/errors.ts';
import { Health } from '../../src/telemetry/health.ts';
import { openTelemetry, type TelemetryServer } from '../../src/telemetry/server.ts';
import { fullMeters } from './sample.ts';

let now = new Date('2026-01-01T00:00:00Z');
const health = new Health({ now: () => now });
const later = () => {
  now = new Date(now.getTime() + 2000);
};
let redis: Error | undefined;
const meters = fullMeters();
const options = {
  ...{ host: '127.0.0.1', port: 0, strict: true },
  about: { role: 'worker', version: '0.1.0' },
  ready: () => health.look(),
  metrics: async () => ({ type: meters.contentType, text: await meters.text() }),
};
let server: TelemetryServer;
let guarded: TelemetryServer;

beforeAll(async () => {
  server = await openTelemetry(options);
  guarded = await openTelemetry({ ...options, tokenDigest: digestOf('a-token-of-prometheus') });
});
afterAll(() => Promise.all([server.close(), guarded.close()]));

const get = async (path: string, headers: Record<string, string> = {}, at = server) => {
  const { status, body } = await raw(`${at.address}${path}`, headers);
  return { status, body: body.startsWith('{') ? JSON.parse(body) : body };
};

describe('health', () => {
  it('is alive and not ready while it starts', async () => {
    expect(await get('/health/live')).toMatchObject({ status: 200, body: { role: 'worker' } });
    const { status, body } = await get('/health/ready');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      ready: false,
      parts: [{ name: 'process', why: 'it is starting' }],
    });
  });

  it('says why each failing part fails, and is ready without those that it does not need', async () => {
    health.add(
      {
        name: 'redis',
        async check() {
          if (redis) throw redis;
        },
      },
      { name: 'disk', required: false, check: () => Promise.reject(new Error('It is full.')) },
    );
    health.started();
    const well = await get('/health/ready');
    expect(well).toMatchObject({ status: 200, body: { ready: true } });
    expect(well.body.parts).toContainEqual({
      ...{ name: 'disk', ok: false, required: false, why: 'It is full.' },
    });
    redis = new Unreachable('Asking Redis at redis://:hunter22@127.0.0.1: it is gone.');
    expect((await get('/health/ready')).status).toBe(200); // of a moment ago
    later();
    const ill = await get('/health/ready');
    expect(ill.status).toBe(503);
    expect(JSON.stringify(ill.body)).not.toContain('hunter22');
    expect(ill.body.parts).toContainEqual(
      expect.objectContaining({
        name: 'redis',
        ok: false,
        why: expect.stringContaining('is gone'),
      }),
    );
  });

  it('is not ready from the moment on that it stops, and still alive', async () => {
    redis = undefined;
    health.stopping();
    expect((await get('/health/ready')).status).toBe(503);
    expect((await get('/health/live')).status).toBe(200);
  });
});

describe('metrics', () => {
  it('are text of Prometheus', async () => {
    const { status, body } = await get('/metrics');
    expect(status).toBe(200);
    expect(body).toContain('# TYPE wheelhouse_jobs_total counter\n');
  });

  it('need the token where one is set, which health does not', async () => {
    expect((await get('/metrics', {}, guarded)).status).toBe(401);
    const wrong = { authorization: 'Bearer another-token-altogether' };
    expect((await get('/metrics', wrong, guarded)).status).toBe(401);
    const right = { authorization: 'Bearer a-token-of-prometheus' };
    expect((await get('/metrics', right, guarded)).status).toBe(200);
    expect((await get('/health/live', {}, guarded)).status).toBe(200);
  });

  it('are not for the page of a site whose name points here', async () => {
    expect((await get('/metrics', { host: 'evil.example:4690' })).status).toBe(403);
    expect((await get('/metrics', { host: 'localhost:4690' })).status).toBe(200);
  });

  it('say what there is instead of another address', async () => {
    expect(await get('/')).toMatchObject({ status: 404 });
  });
});

describe('the port', () => {
  const taken = () => ({ ...options, port: Number(new URL(server.address).port) });

  it('is replaced if it is taken and nobody chose it', async () => {
    const other = await openTelemetry({ ...taken(), strict: false });
    expect(other.address).not.toBe(server.address);
    await other.close();
  });

  it('is an error if it is taken and somebody chose it', async () => {
    await expect(openTelemetry(taken())).rejects.toThrow(
      /Opening metrics and health on .*EADDRINUSE/,
    );
  });
});

/** With any `Host`, which fetch does not allow. */
function raw(url: string, headers: Record<string, string>) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on('error', reject).end();
  });
}
