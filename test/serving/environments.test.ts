import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGatewayClient } from '../../src/serving/client.ts';
import { endpointOf, foldersOf } from '../../src/serving/log/folders.ts';
import { readPredictions } from '../../src/serving/log/read.ts';
import { ALWAYS } from './rows.ts';
import { sigmoid } from './tiny-model.ts';
import { biased, createWorld, rows, type World } from './world.ts';

const ENVIRONMENTS = ['production', 'staging'] as const;
const STAGING = { model: 'flights', environment: 'staging' };
const PRODUCTION = { model: 'flights', environment: 'production' };

let world: World;
beforeEach(async () => {
  world = await createWorld({ environments: ENVIRONMENTS });
  const [one, two] = await Promise.all(
    [biased(0), biased(1)].map((bytes) => world.artifacts.putBytes(bytes)),
  );
  world.registry.set(1, one?.sha256 ?? '', 'production');
  world.registry.also(2, two?.sha256 ?? '', 'staging');
  await world.gateway.start();
});
afterEach(() => world.close());

const infer = (base: string, id: string) =>
  world.request(`${base}/v2/models/flights/infer`, rows([[0, 'other']], { id }));

describe('serving: environments', () => {
  it('have separate base addresses, and the first one also the plain address', async () => {
    for (const [base, version] of [
      ['', 1],
      ['/production', 1],
      ['/staging', 2],
    ] as const) {
      const { status, body } = await infer(base, `of${base}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        model_version: String(version),
        outputs: [{ data: [expect.closeTo(sigmoid(version - 1), 6)] }],
      });
      const live = { version, deployment: `deployment-${version}` };
      expect((await world.request(`${base}/v2/models/flights/live`)).body).toMatchObject(live);
      expect((await world.request(`${base}/v2/health/ready`)).body).toEqual({ ready: true });
    }
    expect(await world.request('/stagin/v2/models/flights')).toEqual({
      status: 404,
      body: {
        error:
          'there is no GET /stagin/v2/models/flights. For predictions, send POST /v2/models/MODEL/infer for production, or put the environment in front, as in /staging/v2/models/MODEL/infer. Environments: production, staging.',
      },
    });
    expect(await world.request('/v2/models/flights/infer')).toMatchObject({
      body: { error: expect.stringMatching(/^\/v2\S*infer accepts POST only, and this is GET\./) },
    });
  });

  it('keep their logs apart, and do not know each other’s ids', async () => {
    await infer('', 'a');
    await infer('/staging', 'a');
    await infer('/staging', 'b');
    const labels = [{ id: 'b#0', label: 1 }];
    expect((await world.request('/v2/models/flights/labels', { labels })).body).toMatchObject({
      unknown: 1,
    });
    expect((await world.request('/staging/v2/models/flights/labels', { labels })).body).toEqual({
      accepted: 1,
    });
    await world.log.flush();
    const read = async (endpoint: typeof STAGING) =>
      (await readPredictions(foldersOf(world.logDir, endpoint, 'production'), ALWAYS)).map(
        ({ id, version }) => `${id} v${version}`,
      );
    expect(await read(PRODUCTION)).toEqual(['a#0 v1']);
    expect((await read(STAGING)).sort()).toEqual(['a#0 v2', 'b#0 v2']);
  });

  it('assign logs from before there were several to the first one', async () => {
    await infer('', 'old');
    await world.log.flush();
    await mkdir(join(world.logDir, 'flights'));
    const [segment = ''] = await readdir(join(world.logDir, 'flights@production'));
    await rename(
      join(world.logDir, 'flights@production', segment),
      join(world.logDir, 'flights', segment),
    );
    const ids = async (endpoint: typeof STAGING, first: string) =>
      (await readPredictions(foldersOf(world.logDir, endpoint, first), ALWAYS)).map(({ id }) => id);
    expect(await ids(PRODUCTION, 'production')).toEqual(['old#0']);
    expect(await ids(PRODUCTION, 'staging')).toEqual([]);
    expect(await ids(STAGING, 'production')).toEqual([]);
    const seen = { shadow: false };
    expect(endpointOf('flights', 'production')).toEqual({ ...PRODUCTION, ...seen });
    expect(endpointOf('flights@staging', 'production')).toEqual({ ...STAGING, ...seen });
    expect(endpointOf('flights@staging.shadow', 'production')).toEqual({
      ...STAGING,
      shadow: true,
    });
    expect(endpointOf('.trash', 'production')).toBeUndefined();
  });

  it('are asked by our own client by their names, wherever they answer', async () => {
    const client = createGatewayClient({
      ...{ url: world.gateway.address, first: 'production' },
      urls: { apart: 'http://127.0.0.1:1' },
    });
    expect(await client.serving(PRODUCTION)).toMatchObject({ version: 1 });
    expect(await client.serving(STAGING)).toMatchObject({ version: 2 });
    expect(await client.serving({ model: 'flights', environment: 'apart' })).toBeUndefined();
    expect(client.urlOf('production')).toBe(world.gateway.address);
    expect(client.urlOf('staging')).toBe(`${world.gateway.address}/staging`);
    expect(client.urlOf('apart')).toBe('http://127.0.0.1:1');
  });

  it('can be served alone, under the plain address', async () => {
    const apart = await createWorld({ environments: ['staging'] });
    const { sha256 } = await apart.artifacts.putBytes(biased(1));
    apart.registry.set(1, sha256, 'production');
    apart.registry.also(2, sha256, 'staging');
    await apart.gateway.start();
    const { body } = await apart.request('/v2/models/flights/live');
    expect(body).toMatchObject({ version: 2 });
    expect((await apart.request('/production/v2/models/flights')).status).toBe(404);
    await apart.close();
  });
});
