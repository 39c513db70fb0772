import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { TrafficCounter } from '../../src/serving/traffic.ts';
import { biased, createWorld, rows } from './world.ts';

it('counts what the gateway answers, what fails, and labels, but not what callers get wrong', async () => {
  const traffic = new TrafficCounter(systemClock);
  const world = await createWorld({ traffic });
  const { artifacts, registry, gateway, request, infer } = world;
  try {
    registry.set(3, (await artifacts.putBytes(biased(0))).sha256);
    await gateway.start();
    const ask = rows([[100, 'AA']], { parameters: { ids: ['a'] } });
    expect((await infer(ask)).status).toBe(200);
    expect((await infer(ask)).status).toBe(200);
    expect((await infer({ inputs: [] })).status).toBe(400);
    expect((await request('/v2/models/taxis/infer', ask)).status).toBe(404);
    const labels = [{ id: 'a', label: 1 }];
    expect((await request('/v2/models/flights/labels', { labels })).status).toBe(200);
    registry.takeOut('it is wrong');
    await expect.poll(async () => (await infer(ask)).status).toBe(503);

    const byVersion = new Map(traffic.take().map((one) => [one.version, one]));
    expect([...byVersion.keys()].toSorted()).toEqual([0, 3]);
    expect(byVersion.get(0)).toMatchObject({ labels: 1, requests: 0 });
    const { requests = 0, failures = 0, latencies = [] } = byVersion.get(3) ?? {};
    expect(failures).toBe(1);
    expect(requests).toBeGreaterThanOrEqual(3);
    expect(latencies.reduce((sum, [, count]) => sum + count, 0)).toBe(requests - failures);
    expect(traffic.take()).toEqual([]);
  } finally {
    await world.close();
  }
});
