import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

describe('/stats', () => {
  it('says that there is nothing yet', async () => {
    const { card, data } = await desk.say('dev', 'stats');
    expect(card.text).toBe(
      'Nothing was deployed to production and no request was approved in this time, so there are no figures.',
    );
    expect(card.facts).toBeUndefined();
    expect(data).toMatchObject({ all: { deployments: 0, lead: { count: 0 } } });
  });

  it('counts what went live and what was rolled back', async () => {
    for (const run of [1, 2]) {
      const version = await desk.addVersion(`run-${run}`);
      desk.clock.forward(3600);
      await desk.goLive(run, version.artifact.sha256);
    }
    const live = await desk.registry.deployments.live('flights', 'production');
    desk.clock.forward(1800);
    await desk.registry.deployments.rollBack({
      ...{ id: 'deployment-back', model: 'flights', environment: 'production', by: 'ops' },
      ...{ reason: 'worse', replaces: live?.id ?? '' },
    });
    desk.clock.forward(60);
    const { card } = await desk.say('dev', 'stats flights');
    expect(card.facts?.map(({ label, value }) => [label, value])).toEqual([
      ['Lead time from training', '1 h 0 min (median of 2)'],
      ['Deployments', '2, 0.2 a week'],
      ['Rolled back', '50% (1 of 2)'],
      ['Time to restore', '30 min 0 s (1 case)'],
      ['Time to approve', 'no cases'],
    ]);
    const table = (await desk.say('dev', 'stats')).card.table;
    expect(table?.rows.map(([name]) => name)).toContain('flights');
    const before = 'stats --in production --from 2020-01-01 --to 2020-02-01';
    expect((await desk.say('dev', before)).card).toMatchObject({
      title: 'Delivery to production, 1 Jan 2020 to 31 Jan 2020 (31 days)',
      text: expect.stringMatching(/^Nothing was deployed/),
    });
  });
});
