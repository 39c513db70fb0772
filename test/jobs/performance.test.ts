import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkMonitor } from '../../jobs/check-monitor.ts';
import { drift } from '../../src/monitoring/kinds/drift/index.ts';
import { performance } from '../../src/monitoring/kinds/performance/index.ts';
import { createPredictionLog } from '../../src/serving/log/log.ts';
import { createPredictionReader } from '../../src/wiring/prediction-reader.ts';
import { scored } from '../tasks/declared.ts';
import { openHarness } from './harness.ts';
import { openNightWatch } from './night-watch.ts';

const own = { window_hours: 24, min_rows: 50, false_alarms: '12 per day', loss: 'accuracy' };
const monitors = [
  { name: 'live', ...performance.schema.parse({ kind: 'performance', ...own }) },
  { name: 'drift', ...drift.schema.parse({ kind: 'drift', rule: 'fixed', window_hours: 24 }) },
];
const harness = await openHarness({ monitors });
afterAll(() => harness.end());

const days = ['2001-03-01', '2001-03-02', '2001-03-03'];

/** A version with logged answers of three days. The labels will show that all of them were wrong. */
async function openAnswered(dir: string) {
  const watch = await openNightWatch(harness, { monitor: 'live' });
  await harness.versions.addEvaluation({
    ...{ version: `flights@${watch.version}`, metrics: { accuracy: 0.9, auc: 0.9 } },
    dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: 'sha', rows: 5000 },
    reference: (await harness.versions.evaluation(`flights@${watch.version}`))?.reference ?? '',
    at: new Date(harness.clock.now().getTime() + 1),
  });
  const log = createPredictionLog({
    ...{ dir: join(harness.root, dir), first: 'production', flushMs: 20 },
    onProblem: (problem) => {
      throw problem;
    },
  });
  const flights = { model: 'flights', environment: 'production' };
  const ids = days.flatMap((day) => Array.from({ length: 200 }, (_, row) => `${day}-${row}`));
  log.predictions({
    ...{ ...flights, version: watch.version, keys: ['"distance":'], ids },
    columns: [ids.map(() => 1)],
    times: ids.map((id) => `${id.slice(0, 10)}T12:00:00.000Z`),
    ...scored(...ids.map((_, row) => (row % 2 ? 0.9 : 0.1))),
  });
  await log.flush();
  return { watch, log, flights, ids };
}

it('raises an alert of harm when the labels of days that were quiet come', async () => {
  const { watch, log, flights, ids } = await openAnswered('predictions');
  await watch.pass('quiet', 'quiet', 'quiet');
  await watch.check();
  expect(await watch.statuses()).toEqual(days.map(() => 'insufficient data'));

  harness.clock.forward(3600);
  const received = harness.clock.now().toISOString();
  await log.labels(
    flights,
    ids.map((id, row) => ({ id, model: 'flights', label: row % 2 ? 0 : 1, received })),
  );
  await log.close();
  await watch.check();
  expect((await watch.statuses()).at(-1)).toBe('alert');
  const [alert] = await watch.alerts();
  expect(alert).toMatchObject({ status: 'open', kind: 'performance', grade: 'harm' });
  const card = await harness.shown(`alert:${alert?.id}`);
  expect(card?.text).toMatch(/^Accuracy of v\d+ is 0 over \d+ labelled predictions since/);
  // Every distance is 1 now, and the carrier is missing.
  expect(alert?.causes).toMatchObject({ by: 'effect', rows: 200, metric: { words: 'Accuracy' } });
  expect(alert?.causes?.columns.map(({ name, moved }) => [name, moved])).toEqual(
    expect.arrayContaining([
      ['distance', true],
      ['carrier', true],
    ]),
  );
  const cause = card?.facts?.find(({ label }) => label === 'Cause')?.value;
  expect(cause).toMatch(/distance \+\d\.\d+.* of \+\d\.\d+ in Accuracy$/);
  const { id: run } = (await harness.runs.list({ model: 'flights' }))[0] ?? {};
  expect(await harness.runs.get(run ?? '')).toMatchObject({ kind: 'probe', alert: alert?.id });
  expect(harness.queued).toContainEqual({ name: 'probe', payload: { run } });
  expect(card?.actions?.map(({ label }) => label)).toContain('Probe');
  expect(card?.text).toContain('100% of the predictions of the newest window have labels.');
});

it('joins the alert of a drift that explains the loss, and tells the channel once', async () => {
  const { watch, log, flights, ids } = await openAnswered('joined');
  const predictions = createPredictionReader(join(harness.root, 'joined'), 'production');
  const check = (monitor: string) =>
    harness.perform(
      checkMonitor,
      { model: 'flights', monitor, tick: `joined ${monitor} ${Math.random()}` },
      { predictions },
    );
  await watch.pass('moved', 'moved', 'moved');
  for (const monitor of ['drift', 'live']) await check(monitor);
  const [drifted] = await watch.alerts();
  expect(drifted).toMatchObject({ monitor: 'drift', grade: 'inform', parts: [{}] });
  const id = drifted?.id ?? '';
  await harness.alerts.acknowledge(id, 'dev');

  harness.clock.forward(3600);
  const received = harness.clock.now().toISOString();
  await log.labels(
    flights,
    ids.map((row, at) => ({ id: row, model: 'flights', label: at % 2 ? 0 : 1, received })),
  );
  await log.close();
  await check('live');
  await check('live');
  // Acknowledging a drift does not acknowledge a loss.
  const joined = { id, status: 'open', monitor: 'live', grade: 'harm' };
  expect(await watch.alerts()).toMatchObject([joined]);
  const card = await harness.shown(`alert:${id}`);
  expect(card?.title).toBe('flights predicts worse than at its evaluation in production');
  expect(card?.facts).toContainEqual({
    label: 'Found too',
    value: expect.stringMatching(/^monitor drift \(distance\), /),
  });
  expect(await harness.shown(`alert-loss:${id}`)).toMatchObject({
    ...{ title: card?.title, tone: 'danger' },
    text: expect.stringContaining(`It has the same cause as the open alert ${id}`),
  });
  expect((await harness.outbox.copies(`alert-loss:${id}`)).map(({ address }) => address)).toEqual(
    harness.spec.homes,
  );
  const [run] = await harness.runs.list({ model: 'flights' });
  expect(run).toMatchObject({ kind: 'probe', alert: id });
});
