import { biased, createWorld, rows } from '../serving/world.ts';
import { assault, describe, expect, it, requireCleanPrototypes } from './assault.ts';
import { ask, shout } from './http.ts';
import { asBody, mutated, type Source, wellFormed } from './source.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const GOOD = rows([
  [100, 'AA'],
  [null, 'UA'],
]);
const LABELS = { labels: [{ id: 'p-1', label: 1 }] };
const PATHS = [
  'infer',
  'labels',
  'ready',
  'live',
  '',
  'versions/1/infer',
  '../infer',
  '%2e%2e',
  'predictions',
];

function requireRefusedOrAnswered(status: number, text: string): void {
  expect(status, text).not.toBe(500);
  // Every answer is JSON, and a refusal gives the reason in one line.
  if (text === '') return;
  const body: unknown = JSON.parse(text);
  if (status >= 400) expect(body).toMatchObject({ error: expect.stringMatching(/^[^\n]{3,}$/) });
}

describe('abuse: gateway', () => {
  it('answers or refuses every hostile request, and its other answers stay the same', async () => {
    const world = await createWorld();
    const { sha256 } = await world.artifacts.putBytes(biased(0.25));
    world.registry.set(1, sha256);
    await world.gateway.start();
    const base = world.gateway.address;
    const host = { host: new URL(base).host };

    async function attack(source: Source): Promise<void> {
      const kind = source.int(0, 11);
      if (kind === 0) return void (await shout(base, source));
      if (kind < 3) {
        const model = source.chance(0.5)
          ? 'flights'
          : encodeURIComponent(wellFormed(source.text(500)));
        const method = source.pick(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']);
        const headers = {
          ...host,
          'content-type': source.pick([
            'application/json',
            'text/plain',
            'application/x-www-form-urlencoded',
            'multipart/form-data; boundary=x',
            'application/json; charset=utf-16',
            '*/*',
          ]),
          ...(source.chance(0.2) && { 'content-encoding': source.pick(['gzip', 'br', 'deflate']) }),
        };
        const { status, text } = await ask(
          base,
          `/v2/models/${model}/${source.pick(PATHS)}`,
          headers,
          method,
          method === 'GET' || method === 'HEAD' ? '' : asBody(source, GOOD),
        );
        return requireRefusedOrAnswered(status, text);
      }
      const [path, specimen] = kind < 9 ? ['infer', GOOD] : ['labels', LABELS];
      const body = asBody(source, mutated(source, { ...specimen }));
      const { status, text } = await ask(
        base,
        `/v2/models/flights/${path}`,
        { ...host, ...JSON_TYPE },
        'POST',
        body,
      );
      requireRefusedOrAnswered(status, text);
    }

    const well = () =>
      ask(
        base,
        '/v2/models/flights/infer',
        { ...host, ...JSON_TYPE },
        'POST',
        JSON.stringify({ ...rows([[100, 'AA']]), id: 'well' }),
      );
    const score = (text: string): unknown => JSON.parse(text).outputs[0].data[0];
    const before = score((await well()).text);
    try {
      await assault('gateway', {
        attack,
        atOnce: 4,
        async unharmed() {
          const { status, text } = await well();
          expect(status).toBe(200);
          expect(score(text)).toBe(before);
          expect(JSON.parse(text).model_version).toBe('1');
          expect((await ask(base, '/v2/health/live', host, 'GET')).status).toBe(200);
          expect(world.problems).toEqual([]);
          requireCleanPrototypes();
        },
      });
    } finally {
      await world.close();
    }
  });
});
