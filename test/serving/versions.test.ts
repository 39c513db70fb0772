import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { grpcClient } from './grpc-client.ts';
import { createIsolatedWorld, type IsolatedWorld } from './isolation/world.ts';
import { biased, rows, until } from './world.ts';

const Answer = z.object({ model_version: z.string() });
const ROW = rows([[1, 'AA']]);
const TOKEN = 'for-the-time-of-this-test';
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };
const shape = [1, 1];
const GRPC_ROW = {
  model_name: 'flights',
  inputs: [
    { name: 'distance', datatype: 'FP32', shape, contents: { fp32_contents: [1] } },
    {
      name: 'carrier',
      datatype: 'BYTES',
      shape,
      contents: { bytes_contents: [Buffer.from('AA')] },
    },
  ],
};

describe('serving: a version in the address', () => {
  let world: IsolatedWorld;
  let grpc: ReturnType<typeof grpcClient>;

  beforeAll(async () => {
    world = await createIsolatedWorld({ token: TOKEN, grpcPort: 0 });
    await world.deploy('flights', 1, biased(0));
    await world.deploy('flights', 2, biased(0.5));
    await world.gateway.start();
    grpc = grpcClient(world.gateway.grpcAddress ?? '');
  });
  afterAll(async () => {
    grpc.close();
    await world.close();
  });

  const infer = (version: number | string) =>
    world.request(`/v2/models/flights/versions/${version}/infer`, ROW, WITH_TOKEN);
  const call = (name: string, message: object, headers = {}) =>
    grpc.call(name, message, { ...WITH_TOKEN, ...headers });
  const inferByGrpc = (version: string, headers = {}) =>
    call('ModelInfer', { ...GRPC_ROW, model_version: version }, headers);

  it('is answered by what is live, and no other version is', async () => {
    const live = await infer(2);
    expect(live, JSON.stringify(live.body)).toMatchObject({ status: 200 });
    expect(Answer.parse(live.body).model_version).toBe('2');
    for (const other of [1, 3, 'abc', '02', '2.0']) {
      const refused = await infer(other);
      expect(refused).toMatchObject({
        status: 404,
        body: {
          error: `version "${other}" of flights is not live in production: v2 answers there.`,
        },
      });
      await expect(inferByGrpc(String(other))).rejects.toMatchObject({ code: status.NOT_FOUND });
    }
    expect(Answer.parse(await inferByGrpc('2')).model_version).toBe('2');
    expect(Answer.parse(await inferByGrpc('')).model_version).toBe('2');
  });

  it('is answered by the version of a rollout, whose ticket allows it, and not by a third', async () => {
    await world.challenge('flights', biased(1), { weight: 0, version: 9 });
    await until('the challenger answers', async () => (await infer(9)).status === 200);
    expect(Answer.parse((await infer(9)).body).model_version).toBe('9');
    expect(Answer.parse((await infer(2)).body).model_version).toBe('2');
    expect(Answer.parse(await inferByGrpc('9')).model_version).toBe('9');
    const wish = { 'x-wheelhouse-version': 'challenger' };
    expect(Answer.parse(await inferByGrpc('', wish)).model_version).toBe('9');
    expect(await infer(1)).toMatchObject({
      status: 404,
      body: {
        error:
          'version "1" of flights is not live in production: v2 answers there, and v9 in a rollout.',
      },
    });
    expect(await call('ModelReady', { name: 'flights', version: '9' })).toEqual({ ready: true });
    expect(world.counted.every(({ tally }) => tally.challenger.requests === 0)).toBe(true);
    world.endChallenge('flights');
    await until('it is over', async () => (await infer(9)).status === 404);
    expect(await call('ModelReady', { name: 'flights', version: '9' })).toEqual({ ready: false });
  });

  it('gives the same answer over gRPC, and asks for the token except for health', async () => {
    const over = z.object({ outputs: z.array(z.object({ data: z.array(z.number()) })) });
    const expected = over.parse((await infer(2)).body).outputs[0]?.data.map(Math.fround);
    const reply = z
      .object({
        outputs: z.array(z.object({ contents: z.object({ fp32_contents: z.array(z.number()) }) })),
      })
      .parse(await inferByGrpc('2'));
    expect(reply.outputs[0]?.contents.fp32_contents).toEqual(expected);
    expect(await grpc.call('ServerLive', {})).toEqual({ live: true });
    expect(await grpc.call('ServerReady', {})).toEqual({ ready: true });
    for (const closed of ['ServerMetadata', 'ModelMetadata', 'ModelReady', 'ModelInfer'])
      await expect(grpc.call(closed, {})).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    await expect(inferByGrpc('', { 'x-wheelhouse-environment': 'moon' })).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: 'x-wheelhouse-environment is "moon": this gateway serves production, staging.',
    });
  });
});
