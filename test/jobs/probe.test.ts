import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { probe } from '../../jobs/probe.ts';
import { probeOf } from '../../src/cards/probe.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { performance } from '../../src/monitoring/kinds/performance/index.ts';
import { openLog } from '../serving/rows.ts';
import { tinyModel } from '../serving/tiny-model.ts';
import { everyWrite } from '../sweep.ts';
import { dieAt, openHarness } from './harness.ts';

const monitors = [{ name: 'live', ...performance.schema.parse({ kind: 'performance' }) }];
const harness = await openHarness({ monitors });
afterAll(() => harness.end());
const { artifacts, versions, runs, spec, alerts } = harness;

const ROWS = 1200;
const HOUR = 3_600_000;
const START = Date.parse('2001-03-01T00:00:00Z');
const WINDOW = { from: new Date('2001-03-01'), to: new Date('2001-05-01') };

/** Whether a flight is late depends only on its distance. */
const distance = Array.from({ length: ROWS }, (_, row) => (row * 7919) % 2000);
const carrier = distance.map((_, row) => (row % 4 === 0 ? 'UA' : 'AA'));
const late = distance.map((far) => Number(far > 1000));

async function goesLive(name: string, weight: number): Promise<Version> {
  const artifact = await artifacts.putBytes(
    tinyModel({
      weights: { distance: weight },
      categories: { carrier: { AA: 0, UA: 0 } },
      bias: -1000 * weight,
    }),
  );
  const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
  const version = await versions.register({
    ...{
      model: 'flights',
      run: `run-${name}`,
      artifact,
      parameters: {},
      runtime: {},
      reported: {},
    },
    dataset: { window, sha256: 'd', rows: 1 },
    ...{ code: { revision: 'r', dirty: false }, createdBy: 'dev', task: 'binary' },
  });
  await harness.deployments.deploy({
    ...{ id: `deployment-${name}`, model: 'flights', version: version.number },
    ...{ environment: 'production', artifact: artifact.sha256, by: 'dev', reason: 'test' },
    approval: 'none',
  });
  return version;
}

beforeAll(async () => {
  await goesLive('worst', -0.003);
  await goesLive('flat', 0.0001);
  const log = openLog(join(harness.root, 'predictions'));
  const at = (row: number) => new Date(START + row * HOUR).toISOString();
  log.predictions({
    ...{ model: 'flights', environment: 'production', version: 2, rows: ROWS },
    ...{ keys: ['"distance":', '"carrier":'], columns: [distance, carrier] },
    ids: distance.map((_, row) => `a${row}`),
    times: distance.map((_, row) => at(row)),
    ...{ fields: spec.task.answer.fields, classes: [], answers: new Float64Array(ROWS).fill(0.5) },
  });
  const labelled = log.labels(
    { model: 'flights', environment: 'production' },
    late.map((label, row) => ({ id: `a${row}`, model: 'flights', label, received: at(row + 24) })),
  );
  await log.close();
  await labelled;
});

let raised = 0;
async function alertOfHarm(): Promise<Alert> {
  raised += 1;
  const { alert } = await alerts.raise({
    ...{ id: `alert-${raised}`, model: 'flights', environment: 'production', monitor: 'live' },
    ...{ kind: 'performance', version: 2, severity: 'alert', grade: 'harm', signals: [] },
    ...{ window: WINDOW, sizes: [0.1], evidence: null, pictures: [] },
  });
  return alert;
}
const over = (alert: Alert) => alerts.resolve(alert.id);

async function probed(change: Partial<Run> = {}, own: Partial<ModelSpec> = {}): Promise<Run> {
  const run = await harness.newRun({ kind: 'probe', parameters: {}, window: WINDOW, ...change });
  const models = modelsOf([{ ...spec, ...own }]);
  await harness.perform(probe, { run: run.id }, { models });
  return runs.get(run.id);
}

describe('jobs/probe', () => {
  it('compares a retrained model and an earlier version with the live one, and keeps nothing', async () => {
    const before = (await versions.list('flights')).length;
    const run = await probed();
    expect(run.status).toBe('succeeded');
    const found = probeOf(run);
    expect(found).toMatchObject({ live: 2, metric: { name: 'auc' } });
    // The newest quarter of 28 days has fewer rows than a comparison needs.
    expect(found?.rows).toBe(200);
    const [retrained, earlier] = found?.candidates ?? [];
    expect(retrained).toMatchObject({ trained: { rows: 744 }, found: { rows: 200, delta: 0 } });
    expect(earlier).toMatchObject({ version: 1, found: { live: 1, candidate: 0, delta: -1 } });
    expect((await versions.list('flights')).length).toBe(before);
    expect(await readdir(join(harness.root, 'trials'))).toEqual([]);
  });

  it('tells an alert about performance, by the metric that raised it', async () => {
    const alert = await alertOfHarm();
    const run = await probed({ alert: alert.id });
    expect(probeOf(run)).toMatchObject({ metric: { name: 'brier' }, rows: 200 });
    const card = await harness.shown(`alert:${alert.id}`);
    expect(card?.facts?.find(({ label }) => label === 'Probe')?.value).toMatch(
      /^Retraining would do better than v2\. Brier score, against v2 \(a plus is better\): Retraining: better, \+0\.\d+ \(\+0\.\d+ to \+0\.\d+\); v1: worse, −0\.\d+ \(−0\.\d+ to −0\.\d+\)$/,
    );
    const told = await harness.told(`alert:${alert.id}`, `probe-${run.id}`);
    expect(told?.title).toBe('Retraining would do better than v2.');
    expect(told?.table?.rows.map(([name]) => name)).toEqual(['Retraining', 'v1']);
    expect((await harness.audit.list({ subject: alert.id })).map(({ action }) => action)).toContain(
      'alert.probe',
    );
    await over(alert);
  });

  it('trains on no more rows than the budget has', async () => {
    const run = await probed({}, { probe: { automatic: true, rows: 500, days: 28, minutes: 2 } });
    expect(probeOf(run)?.candidates[0]).toMatchObject({ trained: { rows: 500 } });
  });

  it.each([
    ['broken', 2, 'the data is odd'],
    ['slow', 0.03, 'Its programs were not done within 0.03 minutes, so they were stopped.'],
  ])(
    'says why nothing could be trained (%s), and compares the rest',
    async (quality, minutes, why) => {
      const { quality: declared } = spec.parameters;
      const run = await probed(
        {},
        {
          ...(declared && { parameters: { quality: { ...declared, default: quality } } }),
          probe: { automatic: true, rows: 20_000, days: 28, minutes },
        },
      );
      expect(run.status).toBe('succeeded');
      const [retrained, earlier] = probeOf(run)?.candidates ?? [];
      expect(retrained?.fault).toContain(why);
      expect(earlier).toMatchObject({ version: 1, found: { rows: 200 } });
      expect((await harness.shown(`run:${run.id}`))?.text).toContain(why);
      expect(await readdir(join(harness.root, 'trials'))).toEqual([]);
    },
  );

  it('says in the alert why it failed', async () => {
    const alert = await alertOfHarm();
    const early = { from: new Date('2001-02-01'), to: new Date('2001-03-02') };
    const run = await probed({ alert: alert.id, window: early });
    expect(run.status).toBe('failed');
    const why = 'Only 24 requests to flights that have all features have labels so far';
    const card = await harness.shown(`alert:${alert.id}`);
    expect(card?.facts?.find(({ label }) => label === 'Probe')?.value).toContain(`Failed: ${why}`);
    expect((await harness.told(`alert:${alert.id}`, `probe-${run.id}`))?.text).toContain(why);
    await over(alert);
  });

  it('leaves alone an alert that is over, and the result of a later probe', async () => {
    const alert = await alertOfHarm();
    const first = await harness.newRun({ kind: 'probe', window: WINDOW, alert: alert.id });
    harness.clock.forward(1);
    const second = await probed({ alert: alert.id });
    await harness.perform(probe, { run: first.id });
    expect((await alerts.get(alert.id)).probe?.run).toBe(second.id);
    await over(alert);
    const late = await probed({ alert: alert.id });
    expect(late.status).toBe('succeeded');
    expect((await alerts.get(alert.id)).probe?.run).toBe(second.id);
    expect(await harness.told(`alert:${alert.id}`, `probe-${late.id}`)).toBeUndefined();
  });

  it('tells its result once, whenever the worker dies', async () => {
    const alert = await alertOfHarm();
    for (const at of everyWrite()) {
      const run = await harness.newRun({ kind: 'probe', window: WINDOW, alert: alert.id });
      const died = await dieAt(harness, probe, { run: run.id }, at);
      await harness.perform(probe, { run: run.id });
      expect((await runs.get(run.id)).status).toBe('succeeded');
      expect((await alerts.get(alert.id)).probe).toMatchObject({ run: run.id, found: { live: 2 } });
      expect(await harness.told(`alert:${alert.id}`, `probe-${run.id}`)).toBeDefined();
      if (!died) break;
    }
    await over(alert);
  });
});
