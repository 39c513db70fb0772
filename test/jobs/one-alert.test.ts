import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { checkMonitor } from '../../jobs/check-monitor.ts';
import { noCharts } from '../fakes/charts.ts';
import { everyWrite } from '../sweep.ts';
import { dieAt, openHarness } from './harness.ts';
import { openNightWatch } from './night-watch.ts';

const daily = { windowHours: 24, schedule: '* * * * *', minRows: 50, need: 2, of: 3 };
const monitors = [
  { name: 'drift', kind: 'drift', ...daily, settings: { rule: 'fixed' } },
  { name: 'data', kind: 'quality', ...daily, settings: {} },
  { name: 'again', kind: 'drift', ...daily, settings: { rule: 'fixed' } },
];
const harness = await openHarness({ monitors });
afterAll(() => harness.end());

const payload = (monitor: string) => ({ model: 'flights', monitor, tick: randomUUID() });
const charts = noCharts;
const check = (monitor: string) => harness.perform(checkMonitor, payload(monitor), { charts });

describe('jobs/check-monitor with several monitors', () => {
  it('raises one alert for one cause, which is over when all find it fine', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('lossy', 'lossy');
    // At the same time, as on several machines.
    await Promise.all(['drift', 'data', 'again'].map(check));
    const raised = await watch.alerts();
    expect(raised).toHaveLength(1);
    const [alert] = raised;
    expect(alert?.parts.map(({ monitor }) => monitor).toSorted()).toEqual([
      'again',
      'data',
      'drift',
    ]);
    const subject = `alert:${alert?.id}` as const;
    const card = await harness.shown(subject);
    expect(card?.footer).toContain('monitors ');
    expect(card?.facts?.filter(({ label }) => label === 'Found too')).toHaveLength(2);
    const others = alert?.parts.slice(1) ?? [];
    for (const { monitor, window } of others) {
      const told = await harness.told(subject, `found-by-${monitor}-${window.to.toISOString()}`);
      expect(told?.title).toMatch(new RegExp(`^Monitor ${monitor} finds it too in 2 Mar 2001: `));
    }

    await watch.pass('quiet', 'quiet', 'quiet');
    const [first = '', ...rest] = ['drift', 'data', 'again'];
    await check(first);
    const newest = alert?.newest.to.toISOString();
    expect((await harness.told(subject, `fine-${first}-${newest}`))?.text).toMatch(
      /^The alert stays open: monitor (again and data|data and again) still find it\.$/,
    );
    expect(await watch.alerts()).toMatchObject([{ status: 'open' }]);
    for (const monitor of rest) await check(monitor);
    expect(await watch.alerts()).toMatchObject([{ status: 'resolved' }]);
    expect((await harness.told(subject, 'over'))?.text?.match(/Monitor /g)).toHaveLength(2);
  });

  it('is over without a monitor that is no longer configured', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('lossy', 'lossy');
    for (const monitor of ['drift', 'data']) await check(monitor);
    await watch.pass('quiet', 'quiet', 'quiet');
    const spec = { ...harness.spec, monitors: monitors.slice(0, 1) };
    const models = { list: () => [spec], get: () => spec };
    await harness.perform(checkMonitor, payload('drift'), { charts, models });
    expect(await watch.alerts()).toMatchObject([{ status: 'resolved' }]);
  });

  it('tells nothing twice and loses nothing after a crash at any write', async () => {
    const quick = { ...harness, worldWith: (own: object) => harness.worldWith({ charts, ...own }) };
    for (const at of everyWrite()) {
      const watch = await openNightWatch(harness);
      await watch.pass('lossy', 'lossy');
      await check('drift');
      await watch.pass('quiet', 'quiet', 'quiet');
      const died = await dieAt(quick, checkMonitor, payload('data'), at);
      await check('data');
      await check('drift');
      const raised = await watch.alerts();
      expect(raised).toMatchObject([{ status: 'resolved', parts: [{}, { windows: 1 }] }]);
      const [alert] = raised;
      const subject = `alert:${alert?.id}` as const;
      const to = alert?.newest.to.toISOString();
      for (const milestone of ['began', `found-by-data-${to}`, `fine-data-${to}`, 'over'])
        expect(await harness.told(subject, milestone), `${milestone} at ${at}`).toBeDefined();
      expect(await harness.outbox.repliesTo(subject)).toHaveLength(4);
      if (died) continue;
      expect(at).toBeGreaterThan(10);
      break;
    }
  });
});
