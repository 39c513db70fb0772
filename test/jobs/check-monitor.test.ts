import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { checkMonitor } from '../../jobs/check-monitor.ts';
import type { Picture } from '../../src/core/card.ts';
import type { Charts } from '../../src/core/ports/charts.ts';
import { quietUntil } from '../../src/core/quiet-hours.ts';
import { noCharts } from '../fakes/charts.ts';
import { everyWrite, WHOLE } from '../sweep.ts';
import { dieAt, openHarness } from './harness.ts';
import { openNightWatch } from './night-watch.ts';

const harness = await openHarness();
afterAll(() => harness.end());
const { alerts, audit, outbox } = harness;

describe('jobs/check-monitor', () => {
  it('evaluates each window once, and posts nothing about quiet ones', async () => {
    const watch = await openNightWatch(harness);
    expect(await watch.check()).toBeUndefined();
    expect(await watch.statuses()).toEqual([]);
    await watch.pass('quiet', 'quiet');
    for (let n = 0; n < 3; n++) expect(await watch.check()).toBeUndefined();
    await watch.pass('quiet');
    await watch.check();
    expect(await watch.statuses()).toEqual(['ok', 'ok', 'ok']);
    expect(await watch.alerts()).toEqual([]);
  });

  it('does not end the windows of a replay for rows without a time, and evaluates those too', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('quiet');
    // Two requests beside the replay, for today and tomorrow, without times.
    for (const day of [20, 21]) await watch.predict(new Date(`2026-11-${day}`), 300, 0, true);
    await watch.check();
    expect(await watch.statuses()).toEqual(['ok', 'ok']);
    await watch.pass('moved', 'moved');
    await watch.check();
    // In the order of the windows: three of the replay, then today's.
    expect(await watch.statuses()).toEqual(['ok', 'ok', 'alert', 'ok']);
  });

  it('handles rows spaced over years', async () => {
    const watch = await openNightWatch(harness);
    for (let row = 0; row < (WHOLE ? 40 : 10); row += 1)
      await watch.predict(new Date(Date.parse('1991-01-01T05:00Z') + row * 30 * 86_400_000), 1, 0);
    await watch.pass('moved', 'moved');
    await watch.check();
    expect((await watch.statuses()).filter((status) => status !== 'insufficient data')).toEqual([
      'ok',
      'alert',
    ]);
    expect(await watch.alerts()).toHaveLength(1);
  });

  it('raises one alert for two of three windows, updates it, and resolves it', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved');
    await watch.check();
    expect(await watch.alerts()).toEqual([]);

    await watch.pass('moved');
    await watch.check();
    const [alert] = await watch.alerts();
    const subject = `alert:${alert?.id}` as const;
    expect(alert).toMatchObject({ status: 'open', severity: 'alert', monitor: 'drift' });
    expect(alert?.pictures).toHaveLength(2);
    const card = await harness.shown(subject);
    expect(card?.text).toContain('distance looks different');
    expect(card?.table?.rows.find(([name]) => name === 'distance')?.at(-1)).toBe('drifted');
    expect(card?.text).toContain('distance looks different');
    expect(card?.table?.rows.find(([name]) => name === 'carrier')?.at(-1)).toBe('no drift');
    expect((await outbox.copies(subject)).map(({ address }) => address)).toEqual(
      harness.spec.homes,
    );

    await watch.pass('moved', 'quiet');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ id: alert?.id, status: 'open' }]);
    // Another window with the same finding is not news: the card is updated, and the thread only has the start.
    expect((await harness.shown(subject))?.facts).toEqual(
      expect.arrayContaining([
        { label: 'First seen', value: '2 Mar 2001' },
        { label: 'Last seen', value: '3 Mar 2001' },
        { label: 'Windows', value: expect.stringMatching(/^2 [▁▂▃▄▅▆▇█ ]+$/) },
      ]),
    );
    expect((await harness.told(subject, 'began'))?.title).toMatch(/^Began in 2 Mar 2001: distance/);
    expect(await outbox.repliesTo(subject)).toHaveLength(1);

    // Two quiet days are not enough; it takes three.
    await watch.pass('quiet');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'open' }]);
    await watch.pass('quiet');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'resolved' }]);
    expect((await harness.shown(subject))?.title).toBe('Drift resolved: flights in production');
    expect(await watch.statuses()).toEqual(['ok', 'alert', 'alert', 'ok', 'ok', 'ok']);
    expect(await audit.list({ subject: alert?.id ?? '' })).toHaveLength(1);
  });

  it('evaluates each window once, and raises one alert, if two monitors call for it at once', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved', 'moved');
    expect(await Promise.all([watch.check(), watch.check()])).toEqual([undefined, undefined]);
    expect(await watch.statuses()).toEqual(['ok', 'alert', 'alert']);
    const [alert, ...more] = await watch.alerts();
    expect(more).toEqual([]);
    const subject = `alert:${alert?.id}` as const;
    await Promise.all([harness.postAll(subject), harness.postAll(subject)]);
    expect((await outbox.copies(subject)).map(({ address }) => address)).toEqual(
      harness.spec.homes,
    );
    expect(await outbox.repliesTo(subject)).toHaveLength(1);
    expect(await audit.list({ subject: alert?.id ?? '' })).toHaveLength(1);
  });

  it('never alerts for too few rows', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('few', 'few', 'few', 'few');
    await watch.check();
    expect(await watch.statuses()).toEqual(Array.from({ length: 4 }, () => 'insufficient data'));
    expect(await watch.alerts()).toEqual([]);
  });

  it('reports in the channel that it has too little data, from the third window until it has enough', async () => {
    const watch = await openNightWatch(harness);
    const subject = 'silence:flights/production/drift';
    await watch.pass('quiet', 'few', 'few');
    await watch.check();
    const before = await harness.shown(subject);
    await watch.pass('few');
    await watch.check();
    expect(before?.title).not.toBe((await harness.shown(subject))?.title);
    expect(await harness.shown(subject)).toMatchObject({
      title: 'flights/drift in production had too few rows in 3 consecutive windows',
      tone: 'warning',
      text: 'At the current traffic of about 11 rows per window, `monitors.drift.window_hours: 120` (5 days) would reach min_rows.',
    });
    expect((await outbox.copies(subject)).map(({ address }) => address)).toEqual(
      harness.spec.homes,
    );
    await watch.pass('few');
    await watch.check();
    expect((await harness.shown(subject))?.title).toContain('4 consecutive windows');
    await harness.postAll(subject);
    await watch.pass('quiet');
    await watch.check();
    expect(await harness.shown(subject)).toMatchObject({
      title: 'flights/drift in production has enough rows again',
      tone: 'success',
    });
  });

  it('shows in the chart of an alert in which window the data changed', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('quiet', 'quiet', 'moved', 'moved');
    await watch.check();
    const [alert] = await watch.alerts();
    expect(alert?.pictures[1]?.alt).toContain('drift began, 3 Mar 2001 on 4 March 2001');
  });

  it('lets too few rows neither confirm nor clear', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'few', 'few', 'few', 'moved');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'open' }]);
    await watch.pass('few', 'few', 'few', 'quiet', 'few', 'quiet', 'few');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'open' }]);
    await watch.pass('quiet');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'resolved' }]);
  });

  it('does not report normal data while the newest window is not', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved', 'quiet', 'quiet', 'moved');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'open' }]);
  });

  it('holds back windows in which something was switched, which neither confirm nor clear', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'open' }]);
    const switched = {
      ...harness.deployments,
      history: async () => [
        ...(await harness.deployments.history('flights', 'production', 1)).map((deployment) => ({
          ...deployment,
          since: new Date('2001-03-04T10:00Z'),
        })),
      ],
    };
    await watch.pass('quiet', 'quiet', 'quiet');
    const payload = { model: 'flights', monitor: 'drift', tick: randomUUID() };
    await harness.perform(checkMonitor, payload, { deployments: switched });
    expect(await watch.statuses()).toEqual(['ok', 'alert', 'ok', 'held back', 'ok']);
    expect(await watch.alerts()).toMatchObject([{ status: 'open' }]);
    const about = { monitor: 'flights/drift', environment: 'production' };
    const [, held] = await harness.findings.recent(about, watch.version, 2);
    expect(held).toMatchObject({ signals: [], figures: { heldBack: { why: 'switch' } } });
    await watch.pass('quiet');
    await watch.check();
    expect(await watch.alerts()).toMatchObject([{ status: 'resolved' }]);
  });

  it('says once that a budget has too short a reference, and raises no alarm', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved', 'moved');
    const monitors = harness.spec.monitors.map((monitor) => ({
      ...monitor,
      ...{ need: 1, of: 1, settings: { rule: 'budget' } },
    }));
    const models = modelsOf([{ ...harness.spec, monitors }]);
    const payload = { model: 'flights', monitor: 'drift', tick: randomUUID() };
    await harness.perform(checkMonitor, payload, { models });
    expect(await watch.statuses()).toEqual(Array.from({ length: 3 }, () => 'still learning'));
    expect(await watch.alerts()).toEqual([]);
    const card = await harness.shown('learning:flights/production/drift');
    expect(card?.title).toBe('flights/drift in production is still learning');
    expect(card?.text).toMatch(/no column `time`.*`monitors.drift.rule: fixed`/);
    // With the fixed rules, it is over.
    await watch.pass('quiet');
    await harness.postAll('learning:flights/production/drift');
    await watch.check();
    expect((await harness.shown('learning:flights/production/drift'))?.title).toBe(
      'flights/drift in production has learned enough',
    );
  });

  it('raises the alert without a picture if none can be drawn', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved');
    await harness.perform(
      checkMonitor,
      { model: 'flights', monitor: 'drift', tick: 'x' },
      { charts: noCharts },
    );
    expect(await watch.alerts()).toMatchObject([{ status: 'open', pictures: [] }]);
  });

  it('resolves alerts about a version that is no longer live', async () => {
    const before = await openNightWatch(harness);
    await before.pass('moved', 'moved');
    await before.check();
    const [alert] = await before.alerts();
    expect(alert?.status).toBe('open');
    const after = await openNightWatch(harness);
    await after.check();
    expect(await before.alerts()).toMatchObject([{ status: 'resolved' }]);
    expect((await harness.shown(`alert:${alert?.id}`))?.text).toBe(
      `v${before.version} is no longer live. Monitoring continues with v${after.version}.`,
    );
  });

  it('stays open after a rollback, since the data still drifts, until windows of the restored version are ok', async () => {
    const restored = await openNightWatch(harness);
    const replaced = await openNightWatch(harness);
    await replaced.pass('moved', 'moved');
    await replaced.check();
    const [alert] = await replaced.alerts();
    const subject = `alert:${alert?.id}` as const;
    await harness.deployments.rollBack({
      ...{ id: `rollback-${alert?.id}`, model: 'flights', environment: 'production' },
      ...{ by: 'dev', reason: 'test', replaces: `deployment-${replaced.version}-production` },
    });
    // The process dies after it recorded the rollback and before it told anybody.
    const payload = { model: 'flights', monitor: 'drift', tick: 'dies' };
    expect(await dieAt(harness, checkMonitor, payload, 0)).toBe(true);
    expect(await harness.told(subject, `rolled-back-rollback-${alert?.id}`)).toBeUndefined();
    await restored.check();
    expect((await restored.alerts())[0]).toMatchObject({ id: alert?.id, status: 'open' });
    expect(await harness.told(subject, `rolled-back-rollback-${alert?.id}`)).toMatchObject({
      title: `v${restored.version} is live again, and this alert stays open. Still drifted in 2 Mar 2001.`,
    });
    expect(await harness.told(subject, 'over')).toBeUndefined();
    await restored.pass('quiet', 'quiet', 'quiet');
    await restored.check();
    expect((await restored.alerts())[0]).toMatchObject({ id: alert?.id, status: 'resolved' });
    expect((await harness.told(subject, 'over'))?.title).toBe('Drift resolved: flights.');
  });

  it('reports nothing while it is snoozed, and what changed once the snooze is over', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved');
    await watch.check();
    const [{ id = '', told } = {}] = await watch.alerts();
    expect(told?.size).toBeGreaterThan(0);
    // As if a smaller change had been reported: the same change is now half as large again.
    const before =
      told && (await alerts.tell(id, 'drift', told, { ...told, size: told.size / 2 }))?.told;
    const at = harness.clock.now();
    await alerts.snooze(id, { by: 'dev', at, until: new Date(at.getTime() + 3_600_000) });
    await watch.pass('moved');
    await watch.check();
    expect((await alerts.get(id)).told).toEqual(before);
    expect(await outbox.repliesTo(`alert:${id}`)).toHaveLength(1);
    await alerts.snooze(id, { by: 'dev', at });
    await watch.pass('moved');
    await watch.check();
    expect(await alerts.get(id)).not.toHaveProperty('snooze');
    const worse = await harness.told(`alert:${id}`, 'worse-drift-2001-03-05T00:00:00.000Z');
    expect(worse?.title).toBe('Worse in 4 Mar 2001: about 2 times as large as last reported.');
  });

  it('holds back what only informs until the quiet hours are over, also for those who subscribed', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved');
    const quietHours = { from: 0, to: 24 * 60 - 1, timezone: 'UTC' };
    const spec = { ...harness.spec, alerting: { escalateAfterMs: 1, quietHours } };
    const payload = { model: 'flights', monitor: 'drift', tick: 'quiet' };
    const direct = (channel: string) => ({ platform: 'slack', channel, direct: true as const });
    for (const [person, grade] of [
      ['dev', 'all'],
      ['lead', 'harm'],
      ['gone', 'all'],
    ] as const)
      await harness.subscriptions.add({ person, grade, model: 'flights', address: direct(person) });
    await harness.perform(checkMonitor, payload, { models: modelsOf([spec]) });
    const [{ id = '' } = {}] = await watch.alerts();
    const end = quietUntil(quietHours, harness.clock.now());
    expect(end).toBeDefined();
    for (const subject of [`alert:${id}`, `reply:alert:${id}/began`] as const)
      expect((await outbox.load(subject))?.notBefore).toEqual(end);
    const places = (await outbox.copies(`alert:${id}`)).map(({ address }) => address);
    expect(places.filter((address) => address.direct)).toEqual([direct('dev')]);
    for (const person of ['dev', 'lead', 'gone'])
      await harness.subscriptions.remove(person, 'flights');
  });

  it('has the same result after a crash at any write', async () => {
    // Drawing is not what dies here, and takes longer than everything else.
    const { worldWith } = harness;
    const charts = drawnOnce(harness.charts);
    const quick = { ...harness, worldWith: (own: object) => worldWith({ charts, ...own }) };
    for (const at of everyWrite()) {
      const watch = await openNightWatch(harness);
      await watch.pass('moved', 'moved', 'moved', 'quiet', 'quiet', 'quiet');
      const payload = { model: 'flights', monitor: 'drift', tick: randomUUID() };
      const died = await dieAt(quick, checkMonitor, payload, at);
      const again = { ...payload, tick: randomUUID() };
      expect(await harness.perform(checkMonitor, again, { charts })).toBeUndefined();
      expect(await watch.statuses()).toEqual(['ok', 'alert', 'alert', 'ok', 'ok', 'ok']);
      const raised = await watch.alerts();
      expect(raised).toMatchObject([{ status: 'resolved' }]);
      const subject = `alert:${raised[0]?.id}` as const;
      expect((await harness.shown(subject))?.title).toBe('Drift resolved: flights in production');
      for (const milestone of ['began', 'over'])
        expect(await harness.told(subject, milestone)).toBeDefined();
      expect(raised[0]?.windows).toBe(2);
      expect(await audit.list({ subject: raised[0]?.id ?? '' })).toHaveLength(1);
      if (died) continue;
      expect(at).toBeGreaterThan(10);
      break;
    }
  });

  it('skips models without a monitor, a live version or a reference', async () => {
    const watch = await openNightWatch(harness);
    await watch.pass('moved', 'moved');
    const payload = { model: 'flights', monitor: 'none', tick: 'x' };
    expect(await harness.perform(checkMonitor, payload)).toBeUndefined();
    const nothing = { ...harness.deployments, live: async () => undefined };
    const drift = { ...payload, monitor: 'drift' };
    expect(await harness.perform(checkMonitor, drift, { deployments: nothing })).toBeUndefined();
    const unjudged = { ...harness.versions, evaluation: async () => undefined };
    expect(await harness.perform(checkMonitor, drift, { versions: unjudged })).toBeUndefined();
    expect(await watch.statuses()).toEqual([]);
    expect(await alerts.list({ model: 'flights' })).toEqual([]);
  });
});

/** Reuses the first picture of each kind. */
function drawnOnce(charts: Charts): Charts {
  const once = <G>(draw: (given: G) => Promise<Picture>) => {
    let drawn: Promise<Picture> | undefined;
    return (given: G) => {
      drawn ??= draw(given);
      return drawn;
    };
  };
  const { deltas, histogram, timeline } = charts;
  return { ...charts, deltas: once(deltas), histogram: once(histogram), timeline: once(timeline) };
}
