import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playsOfPair } from '../../sweep.ts';
import { endlessModel } from '../endless-model.ts';
import { biased, rows, until } from '../world.ts';
import { createIsolatedWorld, type IsolatedWorld } from './world.ts';

const HARMLESS = rows([[1, 'AA']]);
/** The endless model never answers a distance above 1,000. */
const ENDLESS = rows([[1001, 'AA']]);

let world: IsolatedWorld;
beforeEach(async () => {
  world = await createIsolatedWorld();
});
afterEach(() => world.close());

const versionOf = async (model: string) => {
  const answer = await world.infer(model, HARMLESS).catch(() => undefined);
  return Number(/"model_version":"(\d+)"/.exec(JSON.stringify(answer?.body))?.[1]);
};

// Processes start here, which takes time on a busy machine.
describe('serving: a model that never returns', () => {
  it.runIf(playsOfPair('hangs in a request'))(
    'is stopped and quarantined: its last good version and all other models answer',
    async () => {
      await world.deploy('other', 1, biased(0));
      await world.deploy('flights', 1, biased(0));
      await world.deploy('flights', 2, endlessModel(1000));
      await world.gateway.start();
      expect(await versionOf('flights')).toBe(2);
      expect(await versionOf('other')).toBe(1);

      const stuck = world.infer('flights', ENDLESS).then(
        () => 'answered',
        () => 'cut off',
      );
      await until('version 1 answers', async () => (await versionOf('flights')) === 1);
      expect(await stuck).toBe('cut off');
      expect(await versionOf('other')).toBe(1);
      expect((await world.request('/v2/health/ready')).status).toBe(200);
      // The same request is answered now.
      expect((await world.infer('flights', ENDLESS)).status).toBe(200);
      expect(await world.request('/v2/models/flights/live')).toMatchObject({
        body: {
          version: 1,
          problem: { version: 2, error: expect.stringContaining('quarantined') },
        },
      });
      expect(world.stored).toMatchObject([
        { deployment: 'flights-deployment-2', version: 2, fault: 'hung' },
      ]);
      expect(world.problems.map(String)).toEqual([
        expect.stringMatching(/flights v2 .* did not answer a request within \d+ s/),
      ]);

      await world.restart();
      expect(await versionOf('flights')).toBe(1);
    },
  );

  it('does not keep others waiting while it is judged: the warm process accepts in its place', async () => {
    await world.close();
    world = await createIsolatedWorld({ deadlineMs: 30_000 });
    await world.deploy('other', 1, biased(0));
    await world.deploy('flights', 1, endlessModel(1000));
    await world.gateway.start();
    const stuck = world.infer('flights', ENDLESS).then(
      () => 'over',
      () => 'over',
    );
    // A connection that hangs gives no answer, so each try has a new one.
    await until('health answers', () =>
      fetch(`${world.gateway.address}/v2/health/live`, { signal: AbortSignal.timeout(500) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    await until('the other model answers', async () => (await versionOf('other')) === 1);
    expect(await versionOf('flights')).toBe(1);
    // Nothing was blamed yet, and the request still waits.
    expect(world.stored).toEqual([]);
    expect(await Promise.race([stuck, 'waits'])).toBe('waits');
  });

  it.runIf(playsOfPair('hangs while it loads'))(
    'never answers if it hangs while loading',
    async () => {
      await world.deploy('other', 1, biased(0));
      await world.deploy('flights', 1, biased(0));
      await world.gateway.start();
      await world.deploy('flights', 2, endlessModel());

      await until('it is kept out', async () => {
        // It is never waited for.
        expect(await versionOf('flights')).toBe(1);
        expect(await versionOf('other')).toBe(1);
        return world.stored.length > 0;
      });
      expect(world.stored).toMatchObject([{ version: 2, fault: 'hung' }]);
      await world.deploy('flights', 3, biased(1));
      await until('version 3 answers', async () => (await versionOf('flights')) === 3);
    },
  );
});
