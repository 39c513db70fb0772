import { afterAll, describe, expect, it } from 'vitest';
import { openHarness } from './harness.ts';
import { openNightWatch } from './night-watch.ts';

const harness = await openHarness({
  monitors: [
    {
      name: 'data',
      kind: 'quality',
      windowHours: 24,
      schedule: '* * * * *',
      ...{ minRows: 50, need: 2, of: 3 },
      settings: {},
    },
  ],
});
afterAll(() => harness.end());

describe('jobs/check-monitor with a monitor of data quality', () => {
  it('alerts about missing values, with a table and charts, and resolves the alert', async () => {
    const watch = await openNightWatch(harness, { monitor: 'data' });
    await watch.pass('quiet', 'lossy');
    await watch.check();
    expect(await watch.alerts()).toEqual([]);
    await watch.pass('lossy');
    expect(await watch.check()).toBeUndefined();

    const [alert] = await watch.alerts();
    expect(alert).toMatchObject({ status: 'open', kind: 'quality', monitor: 'data' });
    expect(alert?.pictures.map(({ alt }) => alt)).toEqual([
      expect.stringContaining('distance'),
      expect.stringContaining('null values'),
    ]);
    const subject = `alert:${alert?.id}` as const;
    const card = await harness.shown(subject);
    expect(card).toMatchObject({ title: 'flights gets bad data in production', tone: 'warning' });
    expect(card?.text).toMatch(
      /^33\.\d% of distance is null \(0% in the training data\), in at least 2/,
    );
    expect(card?.table?.rows).toEqual([
      ['distance: null values', expect.stringMatching(/^33\.\d%$/), '0%', 'alert'],
    ]);
    expect(card?.actions?.map(({ command }) => command)).toContain('acknowledge');

    await watch.pass('quiet', 'quiet', 'quiet');
    await watch.check();
    expect(await watch.statuses()).toEqual(['ok', 'ok', 'alert', 'ok', 'ok', 'ok']);
    expect(await watch.alerts()).toMatchObject([{ status: 'resolved' }]);
    expect((await harness.shown(subject))?.title).toBe(
      'The data of flights is good again in production',
    );
  });

  it('evaluates days without rows between others', async () => {
    // No other version has answered.
    const watch = await openNightWatch(harness, { monitor: 'data', environment: 'staging' });
    await watch.pass('quiet');
    await watch.predict(new Date('2001-03-05T01:00Z'), 1, 0);
    await watch.check();
    expect(await watch.statuses()).toEqual([
      'ok',
      ...Array.from({ length: 3 }, () => 'insufficient data'),
    ]);
  });
});
